/**
 * The service names that are shown beside TCP ports and understood by `-p`. Data only; look-up is
 * the business of `services.ts`.
 *
 * Source: IANA's registry of service names as Debian prints it in /etc/services (package netbase
 * 6.4), the TCP lines, first name each; then names that IANA or the product's own documentation
 * gives to further ports that are often found open. Four old names are replaced by the ones in use
 * today: imap (imap2), ident (auth), msrpc (epmap), iscsi (iscsi-target).
 */

/** `port:name` for each named TCP port, ascending. */
export const SERVICE_NAMES = `
1:tcpmux 7:echo 9:discard 11:systat 13:daytime 15:netstat 17:qotd 19:chargen 20:ftp-data 21:ftp
22:ssh 23:telnet 24:priv-mail 25:smtp 37:time 42:nameserver 43:whois 49:tacacs 53:domain 70:gopher
79:finger 80:http 81:hosts2-ns 82:xfer 83:mit-ml-dev 88:kerberos 99:metagram 102:iso-tsap
104:acr-nema 106:poppassd 109:pop2 110:pop3 111:sunrpc 113:ident 119:nntp 135:msrpc
139:netbios-ssn 143:imap 144:news 146:iso-tp0 161:snmp 162:snmp-trap 163:cmip-man 164:cmip-agent
174:mailq 179:bgp 199:smux 209:qmtp 210:z3950 212:anet 222:rsh-spx 256:fw1-secureremote
259:esro-gen 264:bgmp 280:http-mgmt 311:asip-webadmin 345:pawserv 346:zserv 366:odmr
369:rpc2portmap 370:codaauth2 389:ldap 406:imsp 407:timbuktu 416:silverplatter 417:onmux
425:icad-el 427:svrloc 443:https 444:snpp 445:microsoft-ds 458:appleqtc 464:kpasswd
465:submissions 487:saft 497:retrospect 500:isakmp 502:modbus 512:exec 513:login 514:shell
515:printer 524:ncp 538:gdomap 540:uucp 541:fortinet-mgmt 543:klogin 544:kshell 545:ekshell
548:afpovertcp 554:rtsp 555:dsf 563:nntps 587:submission 593:http-rpc-epmap 607:nqs 616:sco-sysmgr
617:sco-dtmgr 623:ipmi 625:dec-dlm 628:qmqp 631:ipp 636:ldaps 646:ldp 648:rrp 655:tinc 666:doom
687:asipregistry 691:msexch-routing 700:epp 705:agentx 706:silc 711:cisco-tdp 749:kerberos-adm
750:kerberos4 751:kerberos-master 754:krb-prop 775:moira-db 777:moira-update 783:spamd 789:redlion
800:mdbs-daemon 801:device 808:ccproxy-http 830:netconf-ssh 843:flash-policy 853:domain-s
871:supfilesrv 873:rsync 888:accessbuilder 898:sun-manageconsole 902:vmware-auth
903:vmware-console 912:apex-mesh 989:ftps-data 990:ftps 992:telnets 993:imaps 995:pop3s 999:garcon
1000:cadlock2 1010:surf 1025:blackjack 1026:cap 1027:exosee 1080:socks 1093:proofd 1094:rootd
1099:rmiregistry 1110:nfsd-status 1111:lmsocialserver 1127:supfiledbg 1178:skkserv 1194:openvpn
1214:kazaa 1234:hotline 1236:rmtcfg 1241:nessus 1248:hermes 1311:rxmon 1313:xtel 1314:xtelw
1352:lotusnote 1417:timbuktu-srv1 1433:ms-sql-s 1434:ms-sql-m 1443:ies-lm 1455:esl-lm
1461:ibm-wrless-lan 1494:ica 1503:imtc-mcs 1521:oracle 1524:ingreslock 1533:virtual-places
1556:veritas-pbx 1600:issd 1645:datametrics 1646:sa-msg-port 1649:kermit 1666:netview-aix-6
1677:groupwise 1688:nsjtp-data 1700:mps-raft 1717:fj-hdnet 1718:h323gatedisc 1719:h323gatestat
1720:h323hostcall 1723:pptp 1755:ms-streaming 1761:cft-0 1801:msmq 1812:radius 1813:radius-acct
1863:msnp 1883:mqtt 1900:ssdp 1911:niagara-fox 1935:rtmp 1984:bigbrother 1998:x25-svc-port
2000:cisco-sccp 2002:globe 2022:down 2049:nfs 2065:dlsrpn 2082:cpanel 2083:cpanel-ssl 2086:gnunet
2087:whm-ssl 2096:webmail-ssl 2101:rtcm-sc104 2103:zephyr-clt 2105:minipay 2107:msmq-mgmt
2119:gsigatekeeper 2121:iprop 2135:gris 2161:apc-agent 2181:zookeeper 2222:ssh-alt 2301:compaqdiag
2323:telnet-alt 2375:docker 2376:docker-ssl 2379:etcd-client 2380:etcd-server 2381:compaq-https
2383:ms-olap4 2401:cvspserver 2404:iec-104 2430:venus 2431:venus-se 2432:codasrv 2433:codasrv-se
2525:smtp-alt 2583:mon 2600:zebrasrv 2601:zebra 2602:ripd 2603:ripngd 2604:ospfd 2605:bgpd
2606:ospf6d 2607:ospfapi 2608:isisd 2628:dict 2638:sybaseanywhere 2701:sms-rcinfo 2702:sms-xfer
2710:sso-service 2717:pn-requester 2792:f5-globalsite 2809:corbaloc 2811:gsiftp 2869:icslap
2947:gpsd 2967:ssc-agent 3000:hbci 3050:gds-db 3052:apc-3052 3128:squid-http 3205:isns 3260:iscsi
3268:msft-gc 3269:msft-gc-ssl 3283:net-assistant 3299:saprouter 3300:ceph 3306:mysql
3333:dec-notes 3389:ms-wbt-server 3478:stun 3493:nut 3544:teredo 3551:apcupsd 3632:distcc
3659:apple-sasl 3689:daap 3690:svn 3702:ws-discovery 3703:adobeserver-3 3871:avocent-adsap
3986:mapper-ws-ethd 4000:terabase 4031:suucp 4045:lockd 4094:sysrqd 4111:xgrid 4125:rww 4190:sieve
4334:netconf-ch-ssh 4343:unicall 4353:f5-iquery 4369:epmd 4373:remctl 4443:pharos 4444:krb524
4445:upnotifyp 4446:n1-fwp 4460:ntske 4500:ipsec-nat-t 4557:fax 4559:hylafax 4567:tram 4646:nomad
4662:edonkey 4691:mtn 4786:smart-install 4840:opc-ua 4848:appserv-http 4899:radmin-port 4900:hfcs
4949:munin 5000:upnp 5001:commplex-link 5002:rfe 5003:filemaker 5004:avt-profile-1 5009:winfs
5044:logstash 5050:mmcc 5051:ita-agent 5060:sip 5061:sip-tls 5100:socalia 5101:talarian-tcp
5190:aol 5200:targus-getdata 5222:xmpp-client 5269:xmpp-server 5280:xmpp-bosh 5298:presence
5308:cfengine 5353:mdns 5355:llmnr 5357:wsdapi 5405:pcduo 5431:park-agent 5432:postgresql
5500:hotline-alt 5555:adb 5556:freeciv 5601:kibana 5631:pcanywheredata 5633:beorl 5666:nrpe
5667:nsca 5671:amqps 5672:amqp 5678:rrac 5679:activesync 5680:canna 5683:coap 5718:dpm
5800:vnc-http 5801:vnc-http-1 5802:vnc-http-2 5900:vnc 5901:vnc-1 5902:vnc-2 5903:vnc-3
5938:teamviewer 5984:couchdb 5985:winrm 5986:winrm-ssl 5988:wbem-http 5989:wbem-https 6000:x11
6001:x11-1 6002:x11-2 6003:x11-3 6004:x11-4 6005:x11-5 6006:x11-6 6007:x11-7 6009:x11-9
6101:backupexec 6106:isdninfo 6112:dtspcd 6129:dameware 6346:gnutella-svc 6347:gnutella-rtr
6379:redis 6389:clariion-evr01 6443:kubernetes 6444:sge-qmaster 6445:sge-execd 6446:mysql-proxy
6502:netop-rc 6514:syslog-tls 6543:lds-distrib 6566:sane-port 6646:mcafee-update 6653:openflow
6666:irc-6666 6667:ircd 6668:irc-6668 6669:irc-6669 6697:ircs 6881:bittorrent 6969:acmsoda
7000:bbs 7001:weblogic 7002:weblogic-ssl 7070:realserver 7100:font-service 7443:oracleas-https
7474:neo4j 7547:cwmp 7777:cbt 7937:nsrexecd 7938:lgtomapper 8000:http-alt 8006:proxmox
8008:http-alt 8009:ajp13 8010:xmpp-file 8021:zope-ftp 8042:fs-agent 8080:http-alt 8081:tproxy
8083:us-srv 8086:influxdb 8088:omniorb 8089:splunkd 8118:privoxy 8123:polipo 8140:puppet
8172:web-deploy 8181:intermapper 8200:trivnet1 8222:vmware-http 8291:winbox 8333:bitcoin
8443:https-alt 8500:consul 8530:wsus 8531:wsus-ssl 8545:eth-rpc 8649:ganglia 8834:nessus-web
8883:mqtts 8888:http-alt 8990:clc-build-daemon 9000:cslistener 9001:tor-orport 9002:dynamid
9042:cassandra 9050:tor-socks 9080:glrpc 9090:websm 9091:xmltec-xmlmail 9092:kafka 9098:xinetd
9100:jetdirect 9101:bacula-dir 9102:bacula-fd 9103:bacula-sd 9160:cassandra-thrift
9200:elasticsearch 9300:elasticsearch-node 9418:git 9535:man 9600:micromuse-ncpw 9667:xmms2
9673:zope 9876:sd 9898:monkeycom 9900:iua 9993:palace-2 9999:abyss 10000:webmin 10001:scp-config
10050:zabbix-agent 10051:zabbix-trapper 10080:amanda 10081:kamanda 10082:amandaidx 10083:amidxtape
10250:kubelet 10809:nbd 11111:vce 11112:dicom 11211:memcached 11371:hkp 12345:netbus
13722:bpjava-msvc 13782:netbackup 13783:vopied 15672:rabbitmq-web 16992:amt-http 16993:amt-https
17004:sgi-cad 17500:db-lsp 20000:dnp 22125:dcap 22128:gsidcap 22273:wnn6 24554:binkp
25565:minecraft 25672:rabbitmq-dist 27017:mongodb 27018:mongodb-shard 27019:mongodb-config
27374:asp 30865:csync2 31337:elite 32764:scan-backdoor 44818:ethernet-ip 47808:bacnet
50000:ibm-db2 50070:hdfs-web 57000:dircproxy 60177:tfido 60179:fido 62078:iphone-sync
`;
