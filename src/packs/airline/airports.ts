/** Airports by IATA code with the city's name and the IANA zone; common knowledge, grouped by zone to stay small. */
const BY_ZONE: { readonly [zone: string]: string } = {
  'Europe/Berlin':
    'FRA Frankfurt|MUC Munich|BER Berlin|HAM Hamburg|DUS Düsseldorf|CGN Cologne|STR Stuttgart|HAJ Hanover|NUE Nuremberg|LEJ Leipzig|BRE Bremen|DRS Dresden|HHN Hahn|DTM Dortmund|FMM Memmingen|FDH Friedrichshafen|FKB Karlsruhe',
  'Europe/Zurich': 'ZRH Zurich|GVA Geneva|BSL Basel|BRN Bern',
  'Europe/Vienna': 'VIE Vienna|SZG Salzburg|GRZ Graz|INN Innsbruck|LNZ Linz',
  'Europe/London':
    'LHR London Heathrow|LGW London Gatwick|STN London Stansted|LCY London City|LTN London Luton|MAN Manchester|EDI Edinburgh|GLA Glasgow|BHX Birmingham|BRS Bristol|NCL Newcastle|ABZ Aberdeen|BFS Belfast',
  'Europe/Dublin': 'DUB Dublin|ORK Cork|SNN Shannon',
  'Europe/Paris':
    'CDG Paris Charles de Gaulle|ORY Paris Orly|NCE Nice|LYS Lyon|MRS Marseille|TLS Toulouse|BOD Bordeaux|NTE Nantes|SXB Strasbourg|MLH Mulhouse',
  'Europe/Amsterdam': 'AMS Amsterdam|EIN Eindhoven|RTM Rotterdam',
  'Europe/Brussels': 'BRU Brussels|CRL Charleroi',
  'Europe/Luxembourg': 'LUX Luxembourg',
  'Europe/Copenhagen': 'CPH Copenhagen|BLL Billund|AAR Aarhus',
  'Europe/Oslo': 'OSL Oslo|BGO Bergen|SVG Stavanger|TRD Trondheim|TOS Tromsø',
  'Europe/Stockholm': 'ARN Stockholm|GOT Gothenburg|MMX Malmö',
  'Europe/Helsinki': 'HEL Helsinki|RVN Rovaniemi|OUL Oulu',
  'Europe/Tallinn': 'TLL Tallinn',
  'Europe/Riga': 'RIX Riga',
  'Europe/Vilnius': 'VNO Vilnius|KUN Kaunas',
  'Europe/Warsaw': 'WAW Warsaw|KRK Kraków|GDN Gdańsk|WRO Wrocław|POZ Poznań|KTW Katowice',
  'Europe/Prague': 'PRG Prague|BRQ Brno',
  'Europe/Bratislava': 'BTS Bratislava',
  'Europe/Budapest': 'BUD Budapest',
  'Europe/Bucharest': 'OTP Bucharest|CLJ Cluj-Napoca',
  'Europe/Sofia': 'SOF Sofia|VAR Varna|BOJ Burgas',
  'Europe/Belgrade': 'BEG Belgrade',
  'Europe/Zagreb': 'ZAG Zagreb|SPU Split|DBV Dubrovnik|PUY Pula',
  'Europe/Ljubljana': 'LJU Ljubljana',
  'Europe/Sarajevo': 'SJJ Sarajevo',
  'Europe/Tirane': 'TIA Tirana',
  'Europe/Skopje': 'SKP Skopje',
  'Europe/Athens':
    'ATH Athens|SKG Thessaloniki|HER Heraklion|RHO Rhodes|CFU Corfu|KGS Kos|JTR Santorini|JMK Mykonos',
  'Europe/Istanbul':
    'IST Istanbul|SAW Istanbul Sabiha Gökçen|AYT Antalya|ADB İzmir|ESB Ankara|BJV Bodrum|DLM Dalaman',
  'Asia/Nicosia': 'LCA Larnaca|PFO Paphos',
  'Europe/Malta': 'MLA Malta',
  'Europe/Rome':
    'FCO Rome Fiumicino|CIA Rome Ciampino|MXP Milan Malpensa|LIN Milan Linate|BGY Bergamo|VCE Venice|NAP Naples|BLQ Bologna|FLR Florence|PSA Pisa|TRN Turin|CTA Catania|PMO Palermo|BRI Bari|OLB Olbia|CAG Cagliari|VRN Verona',
  'Europe/Madrid':
    'MAD Madrid|BCN Barcelona|PMI Palma de Mallorca|AGP Málaga|VLC Valencia|SVQ Seville|BIO Bilbao|ALC Alicante|IBZ Ibiza|MAH Menorca|SCQ Santiago de Compostela',
  'Atlantic/Canary': 'LPA Gran Canaria|TFS Tenerife South|TFN Tenerife North|ACE Lanzarote|FUE Fuerteventura',
  'Europe/Lisbon': 'LIS Lisbon|OPO Porto|FAO Faro',
  'Atlantic/Madeira': 'FNC Funchal',
  'Atlantic/Azores': 'PDL Ponta Delgada',
  'Atlantic/Reykjavik': 'KEF Reykjavík',
  'Europe/Moscow': 'SVO Moscow Sheremetyevo|DME Moscow Domodedovo|LED Saint Petersburg',
  'Europe/Kyiv': 'KBP Kyiv',
  'America/New_York':
    'JFK New York JFK|EWR Newark|LGA New York LaGuardia|BOS Boston|IAD Washington Dulles|DCA Washington Reagan|BWI Baltimore|PHL Philadelphia|MIA Miami|FLL Fort Lauderdale|MCO Orlando|TPA Tampa|ATL Atlanta|CLT Charlotte|RDU Raleigh|PIT Pittsburgh|CLE Cleveland',
  'America/Detroit': 'DTW Detroit',
  'America/Chicago':
    'ORD Chicago O’Hare|MDW Chicago Midway|IAH Houston|DFW Dallas|AUS Austin|MSP Minneapolis|STL St. Louis|MSY New Orleans|BNA Nashville|MCI Kansas City',
  'America/Denver': 'DEN Denver|SLC Salt Lake City|ABQ Albuquerque',
  'America/Phoenix': 'PHX Phoenix',
  'America/Los_Angeles':
    'LAX Los Angeles|SFO San Francisco|SAN San Diego|SEA Seattle|PDX Portland|LAS Las Vegas|SJC San José|OAK Oakland',
  'America/Anchorage': 'ANC Anchorage',
  'Pacific/Honolulu': 'HNL Honolulu|OGG Kahului',
  'America/Toronto': 'YYZ Toronto|YUL Montréal|YOW Ottawa',
  'America/Halifax': 'YHZ Halifax',
  'America/Winnipeg': 'YWG Winnipeg',
  'America/Edmonton': 'YYC Calgary|YEG Edmonton',
  'America/Vancouver': 'YVR Vancouver',
  'America/Mexico_City': 'MEX Mexico City|GDL Guadalajara',
  'America/Cancun': 'CUN Cancún',
  'America/Havana': 'HAV Havana|VRA Varadero',
  'America/Santo_Domingo': 'PUJ Punta Cana|SDQ Santo Domingo',
  'America/Panama': 'PTY Panama City',
  'America/Costa_Rica': 'SJO San José',
  'America/Bogota': 'BOG Bogotá|MDE Medellín',
  'America/Lima': 'LIM Lima',
  'America/Santiago': 'SCL Santiago',
  'America/Sao_Paulo': 'GRU São Paulo|GIG Rio de Janeiro|CGH São Paulo Congonhas|BSB Brasília',
  'America/Argentina/Buenos_Aires': 'EZE Buenos Aires|AEP Buenos Aires Aeroparque',
  'Africa/Casablanca': 'CMN Casablanca|RAK Marrakesh|AGA Agadir',
  'Africa/Algiers': 'ALG Algiers',
  'Africa/Tunis': 'TUN Tunis|DJE Djerba|NBE Enfidha',
  'Africa/Cairo': 'CAI Cairo|HRG Hurghada|SSH Sharm el-Sheikh|RMF Marsa Alam',
  'Africa/Lagos': 'LOS Lagos|ABV Abuja',
  'Africa/Accra': 'ACC Accra',
  'Africa/Dakar': 'DSS Dakar',
  'Africa/Addis_Ababa': 'ADD Addis Ababa',
  'Africa/Nairobi': 'NBO Nairobi|MBA Mombasa',
  'Africa/Dar_es_Salaam': 'DAR Dar es Salaam|ZNZ Zanzibar',
  'Africa/Johannesburg': 'JNB Johannesburg|CPT Cape Town',
  'Africa/Windhoek': 'WDH Windhoek',
  'Indian/Mauritius': 'MRU Mauritius',
  'Indian/Mahe': 'SEZ Mahé',
  'Asia/Dubai': 'DXB Dubai|AUH Abu Dhabi|SHJ Sharjah',
  'Asia/Qatar': 'DOH Doha',
  'Asia/Bahrain': 'BAH Bahrain',
  'Asia/Kuwait': 'KWI Kuwait',
  'Asia/Muscat': 'MCT Muscat',
  'Asia/Riyadh': 'RUH Riyadh|JED Jeddah|DMM Dammam',
  'Asia/Jerusalem': 'TLV Tel Aviv',
  'Asia/Amman': 'AMM Amman',
  'Asia/Beirut': 'BEY Beirut',
  'Asia/Baghdad': 'BGW Baghdad|EBL Erbil',
  'Asia/Tehran': 'IKA Tehran',
  'Asia/Baku': 'GYD Baku',
  'Asia/Tbilisi': 'TBS Tbilisi',
  'Asia/Yerevan': 'EVN Yerevan',
  'Asia/Almaty': 'ALA Almaty|NQZ Astana',
  'Asia/Tashkent': 'TAS Tashkent',
  'Asia/Karachi': 'KHI Karachi|LHE Lahore|ISB Islamabad',
  'Asia/Kolkata': 'DEL Delhi|BOM Mumbai|BLR Bengaluru|MAA Chennai|HYD Hyderabad|CCU Kolkata|COK Kochi',
  'Asia/Colombo': 'CMB Colombo',
  'Indian/Maldives': 'MLE Malé',
  'Asia/Kathmandu': 'KTM Kathmandu',
  'Asia/Dhaka': 'DAC Dhaka',
  'Asia/Bangkok': 'BKK Bangkok|DMK Bangkok Don Mueang|HKT Phuket',
  'Asia/Ho_Chi_Minh': 'SGN Ho Chi Minh City|HAN Hanoi',
  'Asia/Kuala_Lumpur': 'KUL Kuala Lumpur',
  'Asia/Singapore': 'SIN Singapore',
  'Asia/Jakarta': 'CGK Jakarta',
  'Asia/Makassar': 'DPS Denpasar',
  'Asia/Manila': 'MNL Manila|CEB Cebu',
  'Asia/Hong_Kong': 'HKG Hong Kong',
  'Asia/Taipei': 'TPE Taipei',
  'Asia/Shanghai':
    'PVG Shanghai Pudong|SHA Shanghai Hongqiao|PEK Beijing|PKX Beijing Daxing|CAN Guangzhou|SZX Shenzhen|CTU Chengdu|XIY Xi’an|NKG Nanjing',
  'Asia/Seoul': 'ICN Seoul Incheon|GMP Seoul Gimpo',
  'Asia/Tokyo': 'HND Tokyo Haneda|NRT Tokyo Narita|KIX Osaka|NGO Nagoya|FUK Fukuoka|CTS Sapporo',
  'Australia/Sydney': 'SYD Sydney|CBR Canberra',
  'Australia/Melbourne': 'MEL Melbourne',
  'Australia/Brisbane': 'BNE Brisbane',
  'Australia/Perth': 'PER Perth',
  'Australia/Adelaide': 'ADL Adelaide',
  'Pacific/Auckland': 'AKL Auckland|CHC Christchurch|WLG Wellington',
  'Pacific/Fiji': 'NAN Nadi',
  'Pacific/Tahiti': 'PPT Papeete',
};

export type Airport = { code: string; name: string; zone: string };

const AIRPORTS: ReadonlyMap<string, Airport> = new Map(
  Object.entries(BY_ZONE).flatMap(([zone, list]) =>
    list.split('|').map((entry): [string, Airport] => {
      const code = entry.slice(0, 3);
      return [code, { code, name: entry.slice(4), zone }];
    }),
  ),
);

/** The airport of a code; one that is not in the table is named by its code, in UTC. */
export function airportOf(code: string): Airport {
  const normal = code.trim().toUpperCase();
  return AIRPORTS.get(normal) ?? { code: normal, name: normal, zone: 'UTC' };
}

/** The zone of a station such as `FRA` or `FRA/gate-12`; null where its airport is not in the table. */
export const zoneOfStation = (station: string): string | null =>
  AIRPORTS.get(station.slice(0, 3).toUpperCase())?.zone ?? null;
