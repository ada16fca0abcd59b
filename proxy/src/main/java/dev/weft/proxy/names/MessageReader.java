package dev.weft.proxy.names;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the parts of a DNS message one after the other, never beyond its end. */
final class MessageReader {
    static final int MAX_LABEL = 63;
    /** Most octets of a name with its lengths, RFC 1035 section 2.3.4. */
    static final int MAX_NAME = 255;

    private static final int POINTER = 0xc0;

    private final byte[] message;
    private int at;

    MessageReader(byte[] message, int from) {
        this.message = message;
        this.at = from;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == message.length;
    }

    int octet() throws MalformedMessageException {
        need(1);
        return message[at++] & 0xff;
    }

    int number() throws MalformedMessageException {
        return (octet() << 8) | octet();
    }

    void skip(int octets) throws MalformedMessageException {
        need(octets);
        at += octets;
    }

    /** Reads a name without compression. Returns its labels, with ASCII in lower case and one character per octet. */
    List<String> name() throws MalformedMessageException {
        List<String> labels = new ArrayList<>();
        int start = at;
        for (int length = octet(); length != 0; length = octet()) {
            if (length > MAX_LABEL) {
                throw new MalformedMessageException("a label of " + length + " octets (expected: at most 63)");
            }
            need(length);
            labels.add(lowerCase(new String(message, at, length, StandardCharsets.ISO_8859_1)));
            at += length;
            if (at - start >= MAX_NAME) {
                throw new MalformedMessageException("a name of more than 255 octets");
            }
        }
        return List.copyOf(labels);
    }

    /** Skips a name, also one that ends with a pointer to another place in the message. */
    void skipName() throws MalformedMessageException {
        int start = at;
        for (int length = octet(); length != 0; length = octet()) {
            if (length >= POINTER) {
                skip(1);
                return;
            }
            if (length > MAX_LABEL || at - start > MAX_NAME) {
                throw new MalformedMessageException("no name");
            }
            skip(length);
        }
    }

    /** RFC 4343: only ASCII letters have case. */
    private static String lowerCase(String label) {
        StringBuilder lower = new StringBuilder(label.length());
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return lower.toString();
    }

    private void need(int octets) throws MalformedMessageException {
        if (message.length - at < octets) {
            throw new MalformedMessageException("it ends in the middle");
        }
    }
}
