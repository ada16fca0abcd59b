package dev.weft.proxy.names;

import java.util.Arrays;
import java.util.List;

/**
 * A received question. Arrays are not copied and never changed.
 *
 * @param message the whole message
 * @param labels labels of the name, in lower case, from left to right
 * @param questionEnd offset of the question's end in the message; the question starts after the header
 * @param edns whether the client speaks EDNS (RFC 6891), so that the answer may use it
 * @param ednsVersion the EDNS version; only 0 exists
 * @param maxUdp most octets that the client accepts over UDP
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Query(
        byte[] message,
        List<String> labels,
        int type,
        int qclass,
        int questionEnd,
        boolean edns,
        int ednsVersion,
        int maxUdp) {

    private static final int MAX_ADDITIONAL = 8;
    private static final int COUNTS = 4;
    private static final int OCTET = 0xff;

    /** The result of reading a message. */
    sealed interface Read {
        /** The message is a question. */
        record Asked(Query query) implements Read {}

        /** The message is answered with an error. */
        record Wrong(int id, boolean recursionDesired, int opcode, int rcode) implements Read {}

        /** The message is not answered: it is an answer itself, or too short to have an id. */
        record Ignored() implements Read {}
    }

    static Read read(byte[] message) {
        if (message.length < Dns.HEADER) {
            return new Read.Ignored();
        }
        int flags = Dns.number(message, 2);
        if ((flags & Dns.RESPONSE) != 0) {
            return new Read.Ignored();
        }
        if ((flags & Dns.OPCODE) != 0) {
            return wrong(message, flags, Dns.NOT_IMPLEMENTED);
        }
        try {
            return new Read.Asked(question(message));
        } catch (MessageReader.MalformedException _) {
            return wrong(message, flags, Dns.FORMAT_ERROR);
        }
    }

    private static Read wrong(byte[] message, int flags, int rcode) {
        return new Read.Wrong(Dns.number(message, 0), (flags & Dns.RECURSION_DESIRED) != 0, flags & Dns.OPCODE, rcode);
    }

    private static Query question(byte[] message) throws MessageReader.MalformedException {
        MessageReader reader = new MessageReader(message, COUNTS);
        int questions = reader.number();
        int records = reader.number() + reader.number();
        int additional = reader.number();
        if (questions != 1 || records != 0 || additional > MAX_ADDITIONAL) {
            throw new MessageReader.MalformedException("counts (expected: one question and nothing else but EDNS)");
        }
        List<String> labels = reader.name();
        int type = reader.number();
        int qclass = reader.number();
        int end = reader.position();
        boolean edns = false;
        int version = 0;
        int maxUdp = Dns.PLAIN_UDP;
        for (int i = 0; i < additional; i++) {
            int start = reader.position();
            reader.skipName();
            boolean root = reader.position() == start + 1;
            int recordType = reader.number();
            int size = reader.number();
            int codeAndVersion = reader.number();
            reader.skip(2);
            reader.skip(reader.number());
            if (recordType == Dns.OPT) {
                if (edns || !root) {
                    throw new MessageReader.MalformedException("OPT (expected: once, of the root)");
                }
                edns = true;
                version = codeAndVersion & OCTET;
                maxUdp = Math.clamp(size, Dns.PLAIN_UDP, Dns.MOST_UDP);
            }
        }
        if (!reader.atEnd()) {
            throw new MessageReader.MalformedException("something behind its end");
        }
        return new Query(message, labels, type, qclass, end, edns, version, maxUdp);
    }

    int id() {
        return Dns.number(message, 0);
    }

    boolean recursionDesired() {
        return (Dns.number(message, 2) & Dns.RECURSION_DESIRED) != 0;
    }

    /** Returns the same question under another id, to send to another server. */
    byte[] withId(int id) {
        byte[] copy = message.clone();
        Dns.number(copy, 0, id);
        return copy;
    }

    /** Whether the response answers this question as it was sent under this id, including upper and lower case. */
    boolean isAnsweredBy(byte[] response, int id) {
        return response.length >= questionEnd
                && Dns.number(response, 0) == id
                && (Dns.number(response, 2) & (Dns.RESPONSE | Dns.OPCODE)) == Dns.RESPONSE
                && Dns.number(response, COUNTS) == 1
                && Arrays.equals(message, Dns.HEADER, questionEnd, response, Dns.HEADER, questionEnd);
    }
}
