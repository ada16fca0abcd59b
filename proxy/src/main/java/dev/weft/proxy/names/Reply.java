package dev.weft.proxy.names;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes answers in their wire form (RFC 1035 section 4; negative answers: RFC 2308). */
final class Reply {
    /** Seconds for which a client may cache an answer, also a negative one. */
    static final int TTL = 5;

    /** Pointer to the question's name, which has the same place in every message, as a compressed name. */
    private static final int QUESTION_NAME = 0xc000 | Dns.HEADER;

    private static final int REFRESH = 3600;
    private static final int SERIAL = 1;

    /** A record of an answer, for the name in the question. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Data(int type, byte[] octets) {
        /** Returns an A or AAAA record. */
        static Data address(InetAddress address) {
            return new Data(address instanceof Inet4Address ? Dns.A : Dns.AAAA, address.getAddress());
        }

        /** Returns a PTR record. */
        static Data pointer(String name) {
            return new Data(Dns.PTR, Reply.name(name));
        }
    }

    private final Query query;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Reply(Query query) {
        this.query = query;
    }

    /**
     * Returns an answer with these records, or a negative answer.
     *
     * @param zone the zone whose SOA record says how long a negative answer may be cached; used without records only
     */
    static byte[] of(Query query, int rcode, List<Data> data, String zone) {
        Reply reply = new Reply(query);
        reply.head(Dns.AUTHORITATIVE | rcode, data.size(), data.isEmpty() ? 1 : 0);
        data.forEach(reply::record);
        if (data.isEmpty()) {
            reply.authority(zone);
        }
        return reply.end(0);
    }

    /** Returns an answer that says that the question failed, or is refused. */
    static byte[] failure(Query query, int rcode) {
        Reply reply = new Reply(query);
        reply.head(rcode & Dns.RCODE, 0, 0);
        return reply.end(rcode >> 4);
    }

    /** Returns an answer that says that the full one is too long for UDP: the client asks again over TCP. */
    static byte[] truncated(Query query) {
        Reply reply = new Reply(query);
        reply.head(Dns.TRUNCATED, 0, 0);
        return reply.end(0);
    }

    /** Returns the answer to a message that is not a valid question. */
    static byte[] error(Query.Read.Wrong wrong) {
        byte[] header = new byte[Dns.HEADER];
        Dns.number(header, 0, wrong.id());
        Dns.number(
                header,
                2,
                Dns.RESPONSE | wrong.opcode() | (wrong.recursionDesired() ? Dns.RECURSION_DESIRED : 0) | wrong.rcode());
        return header;
    }

    private void head(int flags, int answers, int authorities) {
        number(query.id());
        number(Dns.RESPONSE | Dns.RECURSION_AVAILABLE | (query.recursionDesired() ? Dns.RECURSION_DESIRED : 0) | flags);
        number(1);
        number(answers);
        number(authorities);
        number(query.edns() ? 1 : 0);
        out.write(query.message(), Dns.HEADER, query.questionEnd() - Dns.HEADER);
    }

    private void record(Data data) {
        number(QUESTION_NAME);
        number(data.type());
        body(data.octets());
    }

    private void authority(String zone) {
        out.writeBytes(name(zone));
        number(Dns.SOA);
        ByteArrayOutputStream soa = new ByteArrayOutputStream();
        soa.writeBytes(name(zone.isEmpty() ? "" : "ns." + zone));
        soa.writeBytes(name(zone.isEmpty() ? "" : "hostmaster." + zone));
        for (int value : new int[] {SERIAL, REFRESH, REFRESH, REFRESH, TTL}) {
            soa.writeBytes(new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
        }
        body(soa.toByteArray());
    }

    private void body(byte[] data) {
        number(Dns.IN);
        number(0);
        number(TTL);
        number(data.length);
        out.writeBytes(data);
    }

    private byte[] end(int extendedRcode) {
        if (query.edns()) {
            out.write(0);
            number(Dns.OPT);
            number(Dns.MOST_UDP);
            number(extendedRcode << 8);
            number(0);
            number(0);
        }
        return out.toByteArray();
    }

    private void number(int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private static byte[] name(String text) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        if (!text.isEmpty()) {
            for (String label : text.split("\\.", -1)) {
                byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
                name.write(octets.length);
                name.writeBytes(octets);
            }
        }
        name.write(0);
        return name.toByteArray();
    }
}
