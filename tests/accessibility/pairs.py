"""Sentences as public services write them, each with a faithful translation, written for these tests."""

from locales.tags import LanguageTag

# (source, target, tag of the target): grouping, decimal mark, digits, dates and times are localised as people do it.
PAIRS: tuple[tuple[str, str, LanguageTag], ...] = tuple(
    (source, target, LanguageTag(tag))
    for source, target, tag in (
        (
            "El centro de salud abre de 8:30 a 15:00 y cierra los domingos.",
            "O centro de salut ubre de 8.30 a 15.00 y zarra os domingos.",
            "an",
        ),
        (
            "Tome 2,5 ml de jarabe cada 8 horas durante 10 días.",
            "Prene 2,5 ml de xarope cada 8 horas mientres 10 días.",
            "an",
        ),
        ("La ayuda es de 1.250,50 euros por familia.", "L'aduya ye de 1 250,50 euros por familia.", "an"),
        (
            "Presente la solicitud antes del 14/03/2026 en https://sede.ejemplo.org/ayudas?id=7.",
            "Presente a solicitut antis d'o 14.03.2026 en https://sede.ejemplo.org/ayudas?id=7.",
            "an",
        ),
        (
            "Para pedir cita llame al 974 12 34 56 o escriba a citas@salud.ejemplo.org.",
            "Pa pidir cita, clame a o 974123456 u escriba a citas@salud.ejemplo.org.",
            "an",
        ),
        (
            "Hola, {nombre}: su cita es el día %1$s a las %2$s.",
            "Ola, {nombre}: la so cita ye'l día %1$s a les %2$s.",
            "ast",
        ),
        (
            "La biblioteca presta hasta 5 libros durante 21 días.",
            "La biblioteca empresta fasta 5 llibros mientres 21 díes.",
            "ast",
        ),
        (
            "La temperatura bajará hasta −5 °C y la cota de nieve a 1.200 metros.",
            "La temperatura va baxar hasta -5 °C y la cota de nieve a 1200 metros.",
            "ast",
        ),
        (
            "El 1.º de mayo no habrá mercado; vuelve el 02/05/2026.",
            "El 1u de mayu nun va haber mercáu; vuelve'l 2-5-2026.",
            "ast",
        ),
        (
            "La vacuna contra la COVID-19 se pone de 9:00 a 14:00 en la planta 3.",
            "La vacuna contra la COVID-19 es posa de 9 a 14 h a la planta 3.",
            "ca",
        ),
        (
            "El 12,5 % de las 1.234.567 personas inscritas vive fuera.",
            "El 12,5% de les 1234567 persones inscrites viu fora.",
            "ca",
        ),
        (
            "Descargue el impreso (https://ejemplo.org/impreso_(2026).pdf) y fírmelo.",
            "Baixeu l'imprès (https://ejemplo.org/impreso_(2026).pdf) i signeu-lo.",
            "ca",
        ),
        (
            "Los niños de 6 a 12 años pagan 3,50 € y los mayores 7 €.",
            "Os nenos de 6 a 12 anos pagan 3,50 € e os maiores 7 €.",
            "gl",
        ),
        (
            "Corte de agua entre las 9:30 y las 13:45 en la calle Mayor, números 10-24.",
            "Corte de auga entre as 9.30 e as 13.45 na rúa Maior, números 10–24.",
            "gl",
        ),
        (
            "Marque el código 007 y después el 112.",
            "Marque o código 007 e despois o 112.",
            "gl",
        ),
        (
            "El tren sale a las 18:05 y llega a las 21:40 al andén 4.",
            "Lo tren part a 18h05 e arriba a 21h40 al cai 4.",
            "oc",
        ),
        (
            "La parcela mide 1.500 m² y el local, 80,25 m².",
            "La parcèla fa 1 500 m2 e lo local 80,25 m2.",
            "oc",
        ),
        (
            "Guarde el recibo <b>número 4.512</b> hasta que termine el curso.",
            "Gardatz lo recebut <b>numèro 4512</b> fins a la fin del cors.",
            "oc",
        ),
        (
            "Tome media pastilla de 2,5 mg con agua 3 veces al día.",
            "تناول نصف حبة من ٢٫٥ ملغ مع الماء ٣ مرات في اليوم.",
            "ar",
        ),
        (
            "La oficina de empleo atendió a 12.345 personas en 2025.",
            "استقبل مكتب العمل ١٢٬٣٤٥ شخصًا في عام ٢٠٢٥.",
            "ar",
        ),
        (
            "Consulte el plazo en https://ejemplo.org/plazos antes del 30/06/2026.",
            "راجع الموعد النهائي على https://ejemplo.org/plazos قبل ٣٠/٠٦/٢٠٢٦.",
            "ar",
        ),
        (
            "La subvención para cada agricultor es de 100000 rupias.",
            "प्रत्येक किसान के लिए अनुदान १,००,००० रुपये है।",
            "hi",
        ),
        (
            "Dé al niño 1,5 ml de la medicina cada 6 horas.",
            "बच्चे को हर ६ घंटे में १.५ मिली दवा दें।",
            "hi",
        ),
        (
            "Escriba a ayuda@ejemplo.org o llame al 1800 123 456.",
            "ayuda@ejemplo.org पर लिखें या 1800123456 पर फ़ोन करें।",
            "hi",
        ),
        (
            "La escuela empieza el 15/09/2026 a las 8:00.",
            "ትምህርት ቤቱ በ15/09/2026 በ8:00 ይጀምራል።",
            "am",
        ),
        (
            "Hierva el agua durante 25 minutos antes de beberla.",
            "ውሃውን ከመጠጣትዎ በፊት ለ፳፭ ደቂቃዎች ያፍሉት።",
            "am",
        ),
        (
            "El refugio tiene 1.200 camas y 3 médicos.",
            "መጠለያው 1,200 አልጋዎች እና 3 ሐኪሞች አሉት።",
            "am",
        ),
        (
            "Solicite la ayuda en https://ejemplo.org/apoyo antes del 14/03/2026.",
            "2026.03.14 이전에 https://ejemplo.org/apoyo에서 지원을 신청하세요.",
            "ko",
        ),
        (
            "El autobús 47 sale cada 15 minutos desde las 6:30.",
            "47번 버스는 6:30부터 15분마다 출발합니다.",
            "ko",
        ),
        (
            "La cuota anual es de 36.000 wones por persona.",
            "연회비는 1인당 36,000원입니다.",
            "ko",
        ),
        (
            "El ayuntamiento no abrirá la piscina hasta que termine la obra.",
            "수영장은 공사가 끝날 때까지 열지 않습니다.",
            "ko",
        ),
        (
            "Lávese las manos con jabón antes de preparar la comida.",
            "Llávese les manes con xabón enantes de preparar la comida.",
            "ast",
        ),
    )
)
