package dev.weft.control.federation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The first line of an HTTP/1.1 request (RFC 9112 section 3); the fields after it say nothing that counts here. */
record RequestHead(String method, String path) {

    /** Longest request, up to the empty line, in bytes. */
    static final int MAX_BYTES = 8192;

    /** Of the empty line that ends the head: CR LF CR LF. */
    private static final int END = 0x0d0a0d0a;

    /**
     * Reads up to the end of the head.
     *
     * @return empty if it is no request of HTTP/1, or longer than {@link #MAX_BYTES}
     * @throws IOException if the connection ends before
     */
    static Optional<RequestHead> read(InputStream in) throws IOException {
        StringBuilder firstLine = new StringBuilder();
        boolean inFirstLine = true;
        int lastFour = 0;
        for (int count = 0; count < MAX_BYTES; count++) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended within a request");
            }
            inFirstLine &= next != '\r';
            if (inFirstLine) {
                firstLine.append((char) next);
            }
            lastFour = (lastFour << 8) | next;
            if (lastFour == END) {
                return parse(firstLine.toString());
            }
        }
        return Optional.empty();
    }

    private static Optional<RequestHead> parse(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3
                || parts[0].isEmpty()
                || !parts[1].startsWith("/")
                || !(parts[2].equals("HTTP/1.1") || parts[2].equals("HTTP/1.0"))
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(line)) {
            return Optional.empty();
        }
        int query = parts[1].indexOf('?');
        return Optional.of(new RequestHead(parts[0], query < 0 ? parts[1] : parts[1].substring(0, query)));
    }
}
