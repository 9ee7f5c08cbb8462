"""Pictures and videos on their way to a model: from anywhere, at the size it is to see, as text for a server."""

from handsight.media.clips import open_clip as open_clip
from handsight.media.clips import open_media as open_media
from handsight.media.pictures import open_picture as open_picture
from handsight.media.recording import record as record
from handsight.media.remote import Remote as Remote
from handsight.media.sampling import Sampling as Sampling
from handsight.media.sending import DataUrls as DataUrls
from handsight.media.sending import data_url as data_url
from handsight.media.sending import resized as resized
