import { assertEquals } from "@std/assert";
import { readNmapXml } from "./nmap.ts";

/** What nmap 7.93 writes, its own lines left out that do not matter. */
const XML = `<?xml version="1.0" encoding="UTF-8"?>
<nmaprun scanner="nmap" args="nmap -n -sS -p- -T4 -oX x 198.51.100.2" version="7.93">
<hosthint><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="198.51.100.2" addrtype="ipv4"/>
</hosthint>
<host starttime="1" endtime="2"><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="198.51.100.2" addrtype="ipv4"/>
<address addr="6A:9B:91:A4:FE:ED" addrtype="mac"/>
<ports><extraports state="closed" count="65112">
<extrareasons reason="reset" count="65112" proto="tcp" ports="21,23-79,81-999,1401-65535"/>
</extraports>
<extraports state="filtered" count="421">
<extrareasons reason="no-response" count="420" proto="tcp" ports="1-20,1001-1400"/>
<extrareasons reason="admin-prohibited" count="1" proto="tcp" ports="1000"/>
</extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="64"/></port>
<port protocol="tcp" portid="80"><state state="open" reason="syn-ack" reason_ttl="64"/></port>
</ports>
</host>
<host starttime="1" endtime="2"><status state="down" reason="no-response" reason_ttl="0"/>
<address addr="198.51.100.3" addrtype="ipv4"/>
</host>
<host starttime="1" endtime="2"><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="198.51.100.4" addrtype="ipv4"/>
`;

Deno.test("readNmapXml() reads single ports and lists, of hosts that are up and complete", () => {
  assertEquals([...readNmapXml(XML)], [["198.51.100.2", {
    closed: "21,23-79,81-999,1401-65535",
    filtered: "1-20,1001-1400,1000",
    open: "22,80",
  }]]);
});

Deno.test("readNmapXml() finds nothing in nothing", () => {
  assertEquals([...readNmapXml("")], []);
});
