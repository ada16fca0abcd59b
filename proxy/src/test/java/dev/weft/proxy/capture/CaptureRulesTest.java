package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.policy.model.Cidr;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import dev.weft.proxy.capture.CaptureSettings.Names;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class CaptureRulesTest {

    @Test
    void capturesAllTcpButTheSidecarsOwn() {
        assertThat(CaptureRules.install(CaptureSettings.standard())).isEqualTo("""
                table inet weft
                delete table inet weft
                table inet weft {
                  set bound {
                    type ipv4_addr . inet_service . inet_service; flags dynamic, timeout; timeout 10s; size 1024;
                  }
                  chain inbound {
                    type nat hook prerouting priority -100; policy accept;
                    iifname "lo" return
                    meta l4proto != tcp return
                    fib daddr type != local return
                    tcp dport 15008 return
                    tcp flags & (fin | syn | rst | ack) != syn socket mark 0x00001056 return
                    meta l4proto tcp redirect to :15006
                  }
                  chain outbound {
                    type nat hook output priority -100; policy accept;
                    meta mark 0x00001056 return
                    meta l4proto != tcp return
                    fib daddr type local return
                    ip6 daddr fe80::/10 return
                    meta l4proto tcp redirect to :15001
                  }
                  chain datagrams {
                    iifname "lo" return
                    ct direction reply return
                    udp sport 67 udp dport 68 return
                    ip6 saddr fe80::/10 udp sport 547 udp dport 546 return
                    drop
                  }
                  chain arriving {
                    type filter hook input priority 0; policy accept;
                    ct mark 0x00001056 return
                    iif "lo" tcp flags & (fin | syn | rst | ack) != syn return
                    tcp flags & (fin | syn | rst | ack) != syn tcp dport { 15006, 15008 } return
                    meta l4proto tcp ct direction reply return
                    udp dport 15053 socket mark != 0x00001056 reject
                    meta l4proto { udp, udplite, sctp, dccp } jump datagrams
                    meta l4proto != tcp return
                    tcp flags & (fin | syn | rst | ack) == syn tcp dport { 15001, 15006, 15008, 15053 } socket mark != 0x00001056 reject with tcp reset
                    tcp flags & (fin | syn | rst | ack) == syn tcp dport { 15001, 15006, 15008, 15053 } return
                    iif "lo" return
                    tcp dport { 15006, 15008 } return
                    socket mark 0x00001056 return
                    tcp flags & rst == rst return
                    reject with tcp reset
                  }
                  chain leaving {
                    type filter hook output priority 0; policy accept;
                    ct mark 0x00001056 return
                    meta mark 0x00001056 meta l4proto tcp ct mark set 0x00001056 return
                    meta mark 0x00001056 return
                    tcp flags & (fin | syn | rst | ack) == (syn | ack) tcp sport { 15001, 15006, 15008, 15053 } drop
                    ip daddr 127.0.0.1 tcp flags & (fin | syn | rst | ack) != syn return
                    oif "lo" tcp flags & (fin | syn | rst | ack) != syn return
                    meta l4proto != tcp return
                    ip6 daddr ::1 tcp flags & (fin | syn | rst | ack) != syn return
                    ip daddr 127.0.0.1 rt ip nexthop != 127.0.0.1 reject with tcp reset
                    ip6 daddr ::1 rt ip6 nexthop != ::1 reject with tcp reset
                    ip daddr 127.0.0.1 ip saddr . tcp sport . tcp dport @bound reject with tcp reset
                    fib daddr type local return
                    tcp flags & rst == rst return
                    reject with tcp reset
                  }
                  chain lost {
                    meta l4proto udp drop
                    meta l4proto != tcp return
                    add @bound { ip saddr . tcp sport . tcp dport }
                    drop
                  }
                  chain astray {
                    type nat hook postrouting priority 100; policy accept;
                    oif "lo" return
                    ip daddr 127.0.0.0/8 jump lost
                  }
                }
                """);
    }

    @Test
    void capturesQuestionsForNamesUnlessTheirServerOrPortIsLeftAlone() {
        CaptureSettings settings = CaptureSettings.standard()
                .answering(List.of(InetAddress.ofLiteral("10.0.0.2"), InetAddress.ofLiteral("fd00::2")));
        assertThat(CaptureRules.install(settings)).contains("""
                    meta mark 0x00001056 return
                    ip daddr 10.0.0.2 udp dport 53 redirect to :15053
                    ip daddr 10.0.0.2 tcp dport 53 redirect to :15053
                    ip6 daddr fd00:0:0:0:0:0:0:2 udp dport 53 redirect to :15053
                    ip6 daddr fd00:0:0:0:0:0:0:2 tcp dport 53 redirect to :15053
                    meta l4proto != tcp return
                """);
        assertThat(CaptureRules.install(settings.excluding(List.of("10.0.0.0/8"))))
                .doesNotContain("10.0.0.2")
                .contains("fd00:0:0:0:0:0:0:2 udp dport 53 redirect");
        assertThat(CaptureRules.install(settings.skipping(List.of(), List.of(53))))
                .doesNotContain("redirect to :15053");
    }

    @Test
    void leavesNamedPortsUsersAndDestinationsAlone() {
        CaptureSettings settings = new CaptureSettings(
                        1,
                        2,
                        3,
                        0,
                        OptionalInt.of(1337),
                        Datagrams.of(true, List.of(53, 123)),
                        Names.NONE,
                        new TreeSet<>(),
                        new TreeSet<>(),
                        List.of())
                .skipping(List.of(9100, 22), List.of(53))
                .excluding(List.of("169.254.169.254", "10.0.0.0/8", "fd00:1::/32"));
        assertThat(CaptureRules.install(settings)).isEqualTo("""
                table inet weft
                delete table inet weft
                table inet weft {
                  set bound {
                    type ipv4_addr . inet_service . inet_service; flags dynamic, timeout; timeout 10s; size 1024;
                  }
                  chain inbound {
                    type nat hook prerouting priority -100; policy accept;
                    iifname "lo" return
                    meta l4proto != tcp return
                    fib daddr type != local return
                    tcp dport 3 return
                    tcp dport { 22, 9100 } return
                    meta l4proto tcp redirect to :2
                  }
                  chain outbound {
                    type nat hook output priority -100; policy accept;
                    meta skuid 1337 ct mark set 0x00001056 return
                    ct mark 0x00001056 return
                    meta l4proto != tcp return
                    fib daddr type local return
                    ip6 daddr fe80::/10 return
                    tcp dport { 53 } return
                    ip daddr 169.254.169.254/32 return
                    ip daddr 10.0.0.0/8 return
                    ip6 daddr fd00:1:0:0:0:0:0:0/32 return
                    tcp flags & (fin | syn | rst | ack) != syn tcp sport { 22, 9100 } return
                    meta l4proto tcp redirect to :1
                  }
                  chain datagrams {
                    iifname "lo" return
                    ct direction reply return
                    udp sport 67 udp dport 68 return
                    ip6 saddr fe80::/10 udp sport 547 udp dport 546 return
                    udp dport { 53, 123 } return
                    th dport { 22, 9100 } return
                    drop
                  }
                  chain arriving {
                    type filter hook input priority 0; policy accept;
                    ct mark 0x00001056 return
                    iif "lo" tcp flags & (fin | syn | rst | ack) != syn return
                    tcp flags & (fin | syn | rst | ack) != syn tcp dport { 2, 3 } return
                    meta l4proto tcp ct direction reply return
                    meta l4proto { udp, udplite, sctp, dccp } jump datagrams
                    meta l4proto != tcp return
                    iif "lo" return
                    tcp dport { 2, 3 } return
                    tcp dport { 22, 9100 } return
                    tcp flags & rst == rst return
                    reject with tcp reset
                  }
                  chain leaving {
                    type filter hook output priority 0; policy accept;
                    ct mark 0x00001056 return
                    meta skuid 1337 ct mark set 0x00001056 return
                    tcp flags & (fin | syn | rst | ack) == (syn | ack) tcp sport { 1, 2, 3, 15053 } meta skuid != 1337 drop
                    tcp flags & (fin | syn | rst | ack) == (syn | ack) tcp sport { 2, 3 } ct mark set 0x00001056 return
                    ip daddr 127.0.0.1 tcp flags & (fin | syn | rst | ack) != syn return
                    oif "lo" tcp flags & (fin | syn | rst | ack) != syn return
                    meta l4proto != tcp return
                    ip6 daddr ::1 tcp flags & (fin | syn | rst | ack) != syn return
                    ip daddr 127.0.0.1 rt ip nexthop != 127.0.0.1 reject with tcp reset
                    ip6 daddr ::1 rt ip6 nexthop != ::1 reject with tcp reset
                    ip daddr 127.0.0.1 ip saddr . tcp sport . tcp dport @bound reject with tcp reset
                    fib daddr type local return
                    tcp dport { 53 } return
                    ip daddr 169.254.169.254/32 return
                    ip daddr 10.0.0.0/8 return
                    ip6 daddr fd00:1:0:0:0:0:0:0/32 return
                    tcp sport { 22, 9100 } return
                    tcp flags & rst == rst return
                    reject with tcp reset
                  }
                  chain lost {
                    meta l4proto udp drop
                    meta l4proto != tcp return
                    add @bound { ip saddr . tcp sport . tcp dport }
                    drop
                  }
                  chain astray {
                    type nat hook postrouting priority 100; policy accept;
                    oif "lo" return
                    ip daddr 127.0.0.0/8 jump lost
                  }
                }
                """);
    }

    @Test
    void refusesSettingsThatWouldLoopTheSidecarsOwnConnections() {
        assertThatThrownBy(() -> new CaptureSettings(
                        1,
                        2,
                        3,
                        0,
                        OptionalInt.empty(),
                        Datagrams.NONE,
                        Names.NONE,
                        new TreeSet<>(),
                        new TreeSet<>(),
                        List.of()))
                .hasMessageContaining("mark: 0 without a uid");
    }

    @Test
    void refusesPortsOutOfRange() {
        CaptureSettings standard = CaptureSettings.standard();
        assertThatThrownBy(() -> standard.skipping(List.of(70_000), List.of()))
                .hasMessage("skip-inbound-ports: 70000 (expected: 1-65535)");
        assertThatThrownBy(() -> standard.skipping(List.of(), List.of(0)))
                .hasMessage("skip-outbound-ports: 0 (expected: 1-65535)");
    }

    @Test
    void refusesPortsThatAreNotDistinct() {
        assertThatThrownBy(() -> new CaptureSettings(
                        1,
                        1,
                        3,
                        5,
                        OptionalInt.empty(),
                        Datagrams.NONE,
                        Names.NONE,
                        new TreeSet<>(),
                        new TreeSet<>(),
                        List.of()))
                .hasMessageContaining("all different");
    }

    @Test
    void refusesNegativeUser() {
        assertThatThrownBy(() -> new CaptureSettings(
                        1,
                        2,
                        3,
                        5,
                        OptionalInt.of(-1),
                        Datagrams.NONE,
                        Names.NONE,
                        new TreeSet<>(),
                        new TreeSet<>(),
                        List.of()))
                .hasMessage("uid: -1 (expected: 0 or more)");
    }

    @Test
    void refusesWhatIsNotARangeOfAddresses() {
        for (String bad : List.of("", "example.org", "10.0.0.0/x", "10.0.0.0/33", "fd00::/129", "1.2.3.4; drop")) {
            assertThatThrownBy(() -> Cidr.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
