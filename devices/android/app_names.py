"""What people call common apps, in many languages, and the packages that Android knows them by.

An entry is names, then packages, each parted by "|". The packages of an entry are the same app to a person: one per
maker, mostly. Names are written as people write them; `handsight.devices.android.apps` compares them without case.
"""

from __future__ import annotations

COMMON = (
    (
        "Settings|设置|設定|설정|Einstellungen|Paramètres|Réglages|Ajustes|Configuración|Configurações|Impostazioni"
        "|Настройки|Ayarlar|الإعدادات|सेटिंग|Cài đặt|Setelan|Pengaturan|การตั้งค่า|Ustawienia|Instellingen",
        "com.android.settings",
    ),
    (
        "Camera|相机|照相机|相機|カメラ|카메라|Kamera|Appareil photo|Cámara|Câmera|Fotocamera|Камера|الكاميرا|कैमरा"
        "|Máy ảnh|กล้อง|Aparat|Aparat fotograficzny",
        "com.android.camera2|com.google.android.GoogleCamera|com.android.camera|com.sec.android.app.camera"
        "|com.huawei.camera|com.oppo.camera|com.oneplus.camera|org.lineageos.aperture",
    ),
    (
        "Phone|Dialer|Telephone|电话|拨号|電話|전화|Telefon|Téléphone|Teléfono|Telefone|Telefono|Телефон|الهاتف|फ़ोन"
        "|Điện thoại|Telepon|โทรศัพท์|Telefoon",
        "com.android.dialer|com.google.android.dialer|com.samsung.android.dialer",
    ),
    (
        "Messages|Messaging|SMS|Text messages|短信|信息|訊息|簡訊|メッセージ|메시지|Nachrichten|Mensajes|Mensagens"
        "|Messaggi|Сообщения|Mesajlar|الرسائل|Tin nhắn|Pesan|ข้อความ|Wiadomości|Berichten",
        "com.android.messaging|com.google.android.apps.messaging|com.samsung.android.messaging|com.android.mms",
    ),
    (
        "Contacts|People|通讯录|联系人|聯絡人|連絡先|연락처|Kontakte|Contactos|Contatos|Contatti|Контакты|Kişiler|Rehber"
        "|جهات الاتصال|संपर्क|Danh bạ|Kontak|รายชื่อติดต่อ|Kontakty|Contacten",
        "com.android.contacts|com.google.android.contacts|com.samsung.android.app.contacts",
    ),
    (
        "Clock|Alarm|Alarm clock|Timer|Stopwatch|时钟|闹钟|時鐘|鬧鐘|時計|시계|알람|Uhr|Wecker|Horloge|Reloj|Relógio"
        "|Orologio|Часы|Будильник|Saat|الساعة|घड़ी|Đồng hồ|Jam|นาฬิกา|Zegar|Klok",
        "com.android.deskclock|com.google.android.deskclock|com.sec.android.app.clockpackage|com.coloros.alarmclock",
    ),
    (
        "Calendar|日历|日曆|行事曆|カレンダー|캘린더|Kalender|Calendrier|Agenda|Calendario|Calendário|Календарь|Takvim"
        "|التقويم|कैलेंडर|Lịch|ปฏิทิน|Kalendarz",
        "com.android.calendar|com.google.android.calendar|com.samsung.android.calendar",
    ),
    (
        "Photos|Gallery|Album|相册|图库|照片|相簿|圖庫|写真|フォト|アルバム|사진|갤러리|Fotos|Galerie|Galería|Galeria|Foto"
        "|Galleria|Фото|Галерея|Fotoğraflar|Galeri|الصور|Ảnh|รูปภาพ|Zdjęcia|Google Photos",
        "com.google.android.apps.photos|com.android.gallery3d|com.sec.android.gallery3d|com.miui.gallery"
        "|com.huawei.photos|com.coloros.gallery3d",
    ),
    (
        "Calculator|计算器|計算機|電卓|계산기|Rechner|Taschenrechner|Calculatrice|Calculadora|Calcolatrice|Калькулятор"
        "|Hesap makinesi|الحاسبة|कैलकुलेटर|Máy tính|Kalkulator|เครื่องคิดเลข|Rekenmachine",
        "com.android.calculator2|com.google.android.calculator|com.sec.android.app.popupcalculator|com.miui.calculator",
    ),
    (
        "Files|File manager|My files|Downloads|文件|文件管理|文件管理器|档案|檔案|ファイル|파일|내 파일|Dateien"
        "|Fichiers|Archivos|Arquivos|Gestione file|Файлы|Dosyalar|الملفات|फ़ाइलें|Tệp|ไฟล์|Pliki|Bestanden",
        "com.google.android.documentsui|com.android.documentsui|com.google.android.apps.nbu.files"
        "|com.sec.android.app.myfiles|com.mi.android.globalFileexplorer|com.android.fileexplorer",
    ),
    (
        "Notes|Notepad|Memo|便签|笔记|备忘录|記事|備忘錄|メモ|ノート|메모|노트|Notizen|Notas|Note|Заметки|Notlar|الملاحظات"
        "|Ghi chú|Catatan|บันทึก|Notatki|Notities",
        "com.samsung.android.app.notes|com.miui.notes|com.coloros.note|com.example.android.notepad|com.google.android.keep",
    ),
    (
        "Browser|Internet|Web browser|浏览器|瀏覽器|ブラウザ|브라우저|인터넷|Navigateur|Navegador|Браузер|Tarayıcı"
        "|المتصفح|Trình duyệt|เบราว์เซอร์|Przeglądarka",
        "com.android.chrome|com.android.browser|com.sec.android.app.sbrowser|org.mozilla.firefox|com.microsoft.emmx"
        "|com.brave.browser|com.opera.browser|org.chromium.webview_shell",
    ),
    (
        "Email|E-mail|Mail|邮件|邮箱|電子郵件|メール|이메일|Courriel|Correo|Posta|Почта|E-posta|البريد",
        "com.android.email|com.google.android.gm|com.samsung.android.email.provider|com.microsoft.office.outlook",
    ),
    (
        "Maps|Map|地图|地圖|地図|マップ|지도|Karten|Cartes|Mapas|Mappe|Карты|Haritalar|الخرائط|मैप|Bản đồ|Peta|แผนที่"
        "|Mapy",
        "com.google.android.apps.maps|com.autonavi.minimap|com.baidu.BaiduMap|ru.yandex.yandexmaps",
    ),
    (
        "Music|音乐|音樂|ミュージック|음악|Musik|Musique|Música|Musica|Музыка|Müzik|الموسيقى|Âm nhạc|เพลง|Muzyka"
        "|Muziek",
        "com.android.music|com.google.android.apps.youtube.music|com.miui.player|com.sec.android.app.music"
        "|com.spotify.music|com.netease.cloudmusic|com.tencent.qqmusic",
    ),
    (
        "Weather|天气|天氣|天気|날씨|Wetter|Météo|El tiempo|Clima|Meteo|Погода|Hava durumu|الطقس|Thời tiết|Cuaca"
        "|สภาพอากาศ|Pogoda",
        "com.miui.weather2|com.sec.android.daemonapp|com.coloros.weather2|com.google.android.apps.weather",
    ),
    (
        "Recorder|Sound recorder|Voice recorder|录音|录音机|錄音|レコーダー|녹음|Rekorder|Dictaphone|Grabadora"
        "|Диктофон",
        "com.android.soundrecorder|com.google.android.apps.recorder|com.sec.android.app.voicenote",
    ),
    (
        "Store|App store|Play Store|Google Play|Market|应用商店|应用市场|應用程式商店|ストア|앱 스토어|스토어",
        "com.android.vending|com.xiaomi.market|com.huawei.appmarket|com.oppo.market|com.bbk.appstore"
        "|com.sec.android.app.samsungapps|org.fdroid.fdroid",
    ),
    ("Play Store|Google Play|Google Play 商店", "com.android.vending"),
    ("Chrome|Google Chrome|谷歌浏览器", "com.android.chrome"),
    ("Firefox|火狐|火狐浏览器", "org.mozilla.firefox"),
    ("Edge|Microsoft Edge", "com.microsoft.emmx"),
    ("Gmail|Google Mail|谷歌邮箱", "com.google.android.gm"),
    ("Outlook|Microsoft Outlook", "com.microsoft.office.outlook"),
    ("Google|谷歌|Google Search", "com.google.android.googlequicksearchbox"),
    ("Google Maps|谷歌地图|Google 地图|Google マップ", "com.google.android.apps.maps"),
    ("Google Photos|谷歌相册|Google 相册|Google フォト", "com.google.android.apps.photos"),
    ("Google Drive|Drive|谷歌云端硬盘", "com.google.android.apps.docs"),
    ("Google Docs|Docs", "com.google.android.apps.docs.editors.docs"),
    ("Google Translate|Translate|谷歌翻译|Übersetzer", "com.google.android.apps.translate"),
    ("Google Keep|Keep|Keep Notes", "com.google.android.keep"),
    ("YouTube|油管", "com.google.android.youtube"),
    ("YouTube Music|YT Music", "com.google.android.apps.youtube.music"),
    ("Spotify", "com.spotify.music"),
    ("Netflix|奈飞|网飞", "com.netflix.mediaclient"),
    ("WhatsApp", "com.whatsapp"),
    ("Telegram|电报|Телеграм", "org.telegram.messenger|org.telegram.messenger.web"),
    ("Signal", "org.thoughtcrime.securesms"),
    ("Messenger|Facebook Messenger", "com.facebook.orca"),
    ("Facebook|脸书", "com.facebook.katana"),
    ("Instagram|照片墙", "com.instagram.android"),
    ("X|Twitter|推特", "com.twitter.android"),
    ("TikTok", "com.zhiliaoapp.musically|com.ss.android.ugc.trill"),
    ("Reddit", "com.reddit.frontpage"),
    ("LinkedIn|领英", "com.linkedin.android"),
    ("Discord", "com.discord"),
    ("Zoom", "us.zoom.videomeetings"),
    ("Teams|Microsoft Teams", "com.microsoft.teams"),
    ("Uber|优步", "com.ubercab"),
    ("Amazon|亚马逊|Amazon Shopping", "com.amazon.mShop.android.shopping"),
    ("LINE", "jp.naver.line.android"),
    ("KakaoTalk|카카오톡", "com.kakao.talk"),
    ("Naver|네이버", "com.nhn.android.search"),
    ("VK|ВКонтакте", "com.vkontakte.android"),
    ("WeChat|Weixin|微信", "com.tencent.mm"),
    ("QQ|腾讯QQ", "com.tencent.mobileqq"),
    ("Alipay|支付宝|支付寶", "com.eg.android.AlipayGphone"),
    ("Taobao|淘宝|淘寶", "com.taobao.taobao"),
    ("JD|JD.com|京东|京東", "com.jingdong.app.mall"),
    ("Pinduoduo|拼多多", "com.xunmeng.pinduoduo"),
    ("Meituan|美团|美團", "com.sankuai.meituan"),
    ("Ele.me|饿了么", "me.ele"),
    ("DiDi|滴滴|滴滴出行", "com.sdu.didi.psnger"),
    ("Douyin|抖音", "com.ss.android.ugc.aweme"),
    ("Kuaishou|快手", "com.smile.gifmaker"),
    ("Bilibili|哔哩哔哩|B站", "tv.danmaku.bili"),
    ("Xiaohongshu|RedNote|小红书|小紅書", "com.xingin.xhs"),
    ("Weibo|微博|新浪微博", "com.sina.weibo"),
    ("Zhihu|知乎", "com.zhihu.android"),
    ("Baidu|百度", "com.baidu.searchbox"),
    ("Baidu Maps|百度地图", "com.baidu.BaiduMap"),
    ("Amap|Gaode|高德|高德地图", "com.autonavi.minimap"),
    ("NetEase Cloud Music|网易云音乐|网易云", "com.netease.cloudmusic"),
    ("QQ Music|QQ音乐", "com.tencent.qqmusic"),
    ("Ctrip|携程|携程旅行", "ctrip.android.view"),
    ("DingTalk|钉钉", "com.alibaba.android.rimet"),
    ("Feishu|飞书", "com.ss.android.lark"),
    ("12306|铁路12306", "com.MobileTicket"),
)

# What is said around a name, in front of it or behind.
BEFORE = ("open the", "open", "launch", "start", "the", "打开", "打開", "启动", "啟動", "开启", "開啟")
AFTER = ("app", "application", "应用程序", "应用", "應用程式", "應用", "软件", "アプリ", "앱")
