package dev.weft.proxy.capture;

import dev.weft.policy.model.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The nftables rules that redirect a workload's TCP to its sidecar, and reject TCP that bypasses it, as a script for
 * {@code nft -f}. They are one table, {@code inet weft}, for IPv4 and IPv6 alike.
 *
 * <p>Two NAT chains redirect. They see only the first packet of a connection, so two filter chains look at every
 * packet: a connection that exists when the rules are loaded, and did not go through the sidecar, is reset at its next
 * packet. The rules work without the sidecar: while none listens, the kernel refuses captured connections, and nothing
 * leaves the workload in the clear. A program that listens on the sidecar's ports in its place gets nothing: it does
 * not have the sidecar's mark or, where there is no mark, the sidecar's user.
 *
 * <p>DNS queries, over UDP and TCP, to the servers that the settings name go to the sidecar, too.
 *
 * <p>The rules leave alone: forwarded traffic, loopback and the workload's own addresses, the inbound tunnel port, the
 * sidecar's own sockets (by mark or user), the ports and destinations that the settings name, and what is not TCP:
 * ICMP, and outgoing datagrams. Incoming datagrams that answer nothing are dropped, because their sender cannot be
 * proven. The settings name exceptions.
 */
public final class CaptureRules {

    /** Family and name of the table that holds the rules. */
    public static final String TABLE = "inet weft";

    /** The port of DNS servers, RFC 1035 section 4.2. */
    private static final int NAMES = 53;

    private static final String SYN = "tcp flags & (fin | syn | rst | ack) == syn ";
    private static final String SYN_ACK = "tcp flags & (fin | syn | rst | ack) == (syn | ack) ";
    private static final String NOT_SYN = "tcp flags & (fin | syn | rst | ack) != syn ";
    private static final String RESET = "reject with tcp reset";
    /**
     * The connection mark (not packet mark) of TCP connections that a sidecar has sent a packet of. One rule lets all
     * further packets of these connections pass. It is needed for a sidecar that is known by its user: its last packets
     * have no user any more.
     */
    private static final String OWN = "0x%08x".formatted(CaptureSettings.DEFAULT_MARK);

    private final CaptureSettings settings;
    private final StringBuilder script = new StringBuilder();

    private CaptureRules(CaptureSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the script that puts the rules in force. It replaces the rules of an earlier script in one transaction.
     */
    public static String install(CaptureSettings settings) {
        return new CaptureRules(settings).script();
    }

    /** Returns the script that removes the rules; it is also valid where there are none. */
    public static String remove() {
        return "table " + TABLE + "\ndelete table " + TABLE + "\n";
    }

    private String script() {
        script.append(remove()).append("table ").append(TABLE).append(" {\n");
        line("set bound {");
        line("  type ipv4_addr . inet_service . inet_service; flags dynamic, timeout; timeout 10s; size 1024;");
        line("}");
        inbound();
        outbound();
        datagrams();
        arriving();
        leaving();
        astray();
        return script.append("}\n").toString();
    }

    /** This chain also sees packets in the middle of a connection that the kernel has not tracked so far. */
    private void inbound() {
        chain("inbound", "nat hook prerouting priority -100");
        rule("iifname \"lo\" return");
        rule("meta l4proto != tcp return");
        rule("fib daddr type != local return"); // forwarded traffic, for example of containers
        rule("tcp dport " + settings.tunnelPort() + " return");
        ports("tcp dport ", settings.skipInboundPorts());
        if (settings.mark() != 0) {
            rule(NOT_SYN + "socket mark " + mark() + " return");
        }
        rule("meta l4proto tcp redirect to :" + settings.inboundPort());
        end();
    }

    private void outbound() {
        chain("outbound", "nat hook output priority -100");
        own();
        names();
        rule("meta l4proto != tcp return");
        rule("fib daddr type local return");
        rule("ip6 daddr fe80::/10 return");
        ports("tcp dport ", settings.skipOutboundPorts());
        ranges();
        ports(NOT_SYN + "tcp sport ", settings.skipInboundPorts());
        rule("meta l4proto tcp redirect to :" + settings.outboundPort());
        end();
    }

    /** Redirects DNS queries, also those to a server on loopback: many machines have a forwarding server there. */
    private void names() {
        if (settings.skipOutboundPorts().contains(NAMES)) {
            return;
        }
        for (InetAddress server : settings.names().servers()) {
            if (settings.excludedCidrs().stream().noneMatch(range -> range.contains(server))) {
                String to = (server instanceof Inet4Address ? "ip" : "ip6") + " daddr " + server.getHostAddress();
                rule(to + " udp dport " + NAMES + " redirect to :"
                        + settings.names().port());
                rule(to + " tcp dport " + NAMES + " redirect to :"
                        + settings.names().port());
            }
        }
    }

    /**
     * Checks the direction, not the state: a flow that a peer has begun, even before the rules were loaded, never
     * counts as an answer.
     */
    private void datagrams() {
        if (settings.datagrams().all()) {
            return;
        }
        line("chain datagrams {");
        rule("iifname \"lo\" return");
        rule("ct direction reply return");
        rule("udp sport 67 udp dport 68 return"); // DHCP: the answer comes from another address than the query went to
        rule("ip6 saddr fe80::/10 udp sport 547 udp dport 546 return");
        ports("udp dport ", settings.datagrams().udpPorts());
        ports("th dport ", settings.skipInboundPorts());
        rule("drop");
        end();
    }

    /**
     * Incoming packets must be for the sidecar, or answers to packets that have passed the other chain. The rules that
     * most packets match come first, because each rule costs time for every packet after it.
     */
    private void arriving() {
        chain("arriving", "filter hook input priority 0");
        rule("ct mark " + OWN + " return");
        rule("iif \"lo\" " + NOT_SYN + "return");
        rule(NOT_SYN + "tcp dport { " + settings.inboundPort() + ", " + settings.tunnelPort() + " } return");
        rule("meta l4proto tcp ct direction reply return");
        if (settings.mark() != 0) {
            rule("udp dport " + settings.names().port() + " socket mark != " + mark() + " reject");
        }
        if (!settings.datagrams().all()) {
            rule("meta l4proto { udp, udplite, sctp, dccp } jump datagrams");
        }
        rule("meta l4proto != tcp return");
        if (settings.mark() != 0) {
            // Other programs may bind the ports while no sidecar does, but they cannot set a mark. A connection that
            // has ended has no mark either: a port that is reused soon may meet it, and is not refused for that.
            rule(SYN + "tcp dport " + ownPorts() + " socket mark != " + mark() + " " + RESET);
            rule(SYN + "tcp dport " + ownPorts() + " return");
        }
        rule("iif \"lo\" return");
        rule("tcp dport { " + settings.inboundPort() + ", " + settings.tunnelPort() + " } return");
        ports("tcp dport ", settings.skipInboundPorts());
        if (settings.mark() != 0) {
            rule("socket mark " + mark() + " return");
        }
        rule("tcp flags & rst == rst return");
        rule(RESET);
        end();
    }

    /** Outgoing TCP must be the sidecar's: packets that the NAT chain has redirected are local now. */
    private void leaving() {
        chain("leaving", "filter hook output priority 0");
        rule("ct mark " + OWN + " return");
        if (settings.mark() != 0) {
            rule("meta mark " + mark() + " meta l4proto tcp ct mark set " + OWN + " return");
        }
        ownPackets();
        inTheSidecarsPlace();
        rule("ip daddr 127.0.0.1 " + NOT_SYN + "return");
        rule("oif \"lo\" " + NOT_SYN + "return");
        rule("meta l4proto != tcp return");
        rule("ip6 daddr ::1 " + NOT_SYN + "return");
        // A socket that is bound to an interface gets nothing from the sidecar, which is on another interface. Its
        // packets
        // were redirected, and go out all the same.
        rule("ip daddr 127.0.0.1 rt ip nexthop != 127.0.0.1 " + RESET);
        rule("ip6 daddr ::1 rt ip6 nexthop != ::1 " + RESET);
        rule("ip daddr 127.0.0.1 ip saddr . tcp sport . tcp dport @bound " + RESET);
        rule("fib daddr type local return");
        ports("tcp dport ", settings.skipOutboundPorts());
        ranges();
        ports("tcp sport ", settings.skipInboundPorts());
        rule("tcp flags & rst == rst return");
        rule(RESET);
        end();
    }

    /** Drops the answers of a program that listens on the sidecar's ports in its place. */
    private void inTheSidecarsPlace() {
        if (settings.mark() != 0) {
            rule(SYN_ACK + "tcp sport " + ownPorts() + " drop");
        } else if (settings.uid().isPresent()) {
            rule(SYN_ACK + "tcp sport " + ownPorts() + " meta skuid != "
                    + settings.uid().getAsInt() + " drop");
            // When many connections arrive at once, the kernel answers by SYN cookies (RFC 4987 section 3.6), which
            // belong to no socket and so to no user. The remaining packets here are such answers.
            rule(SYN_ACK + "tcp sport { " + settings.inboundPort() + ", " + settings.tunnelPort() + " } ct mark set "
                    + OWN + " return");
        }
    }

    /**
     * Catches redirected packets that leave without a gateway: only this hook sees their route. They are refused when
     * they are sent again. A NAT chain is enough, because only the first packet matters.
     */
    private void astray() {
        line("chain lost {");
        rule("meta l4proto udp drop");
        rule("meta l4proto != tcp return");
        rule("add @bound { ip saddr . tcp sport . tcp dport }");
        rule("drop");
        end();
        chain("astray", "nat hook postrouting priority 100");
        rule("oif \"lo\" return");
        rule("ip daddr 127.0.0.0/8 jump lost");
        end();
    }

    private void own() {
        ownPackets();
        if (settings.uid().isPresent()) {
            rule("ct mark " + OWN + " return");
        }
    }

    private void ownPackets() {
        if (settings.mark() != 0) {
            rule("meta mark " + mark() + " return");
        }
        settings.uid().ifPresent(uid -> rule("meta skuid " + uid + " ct mark set " + OWN + " return"));
    }

    private String ownPorts() {
        return "{ " + settings.outboundPort() + ", " + settings.inboundPort() + ", " + settings.tunnelPort() + ", "
                + settings.names().port() + " }";
    }

    private String mark() {
        return "0x%08x".formatted(settings.mark());
    }

    private void ports(String of, Collection<Integer> ports) {
        if (!ports.isEmpty()) {
            rule(of + ports.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }")) + " return");
        }
    }

    /** Each range has a rule of its own: in one set, overlapping ranges would be an error. */
    private void ranges() {
        for (Cidr cidr : settings.excludedCidrs()) {
            rule((cidr.ipv6() ? "ip6" : "ip") + " daddr " + cidr + " return");
        }
    }

    private void chain(String name, String type) {
        line("chain " + name + " {");
        rule("type " + type + "; policy accept;");
    }

    private void end() {
        line("}");
    }

    private void rule(String rule) {
        line("  " + rule);
    }

    private void line(String text) {
        script.append("  ").append(text).append('\n');
    }
}
