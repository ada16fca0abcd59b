package dev.weft.proxy.http;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, read once: its framing, the fields that policy sees, and the fields that must not reach the
 * application.
 */
final class Http1RequestHead implements Http1Fields.Visitor, HttpRequest.Headers {
    /** Protocols of an upgrade after which unjudged requests would follow. */
    private static final Set<String> HTTP_AGAIN = Set.of("h2c", "h2", "http", "tls");

    /** The HTTP/2 pseudo-header with the same meaning (RFC 9113 section 8.3.1). */
    private static final String TARGET = ":path";

    final byte[] bytes;
    private final Http1RequestLine line;
    final Http1Framing framing = new Http1Framing(false);
    private final Http1Connection connection = new Http1Connection();
    private final boolean lenient;
    private boolean oneMeaning;
    private @Nullable Http1Authority host;
    private boolean hostHasPort;
    private boolean expect;
    private boolean upgrade;
    private boolean httpAgain;
    private boolean claimsIdentity;

    private Http1RequestHead(byte[] bytes, Http1RequestLine line, boolean lenient) {
        this.bytes = bytes;
        this.line = line;
        this.lenient = lenient;
        this.oneMeaning = line.oneMeaning();
    }

    /**
     * Reads a head that ends with its empty line.
     *
     * @param connect whether CONNECT is read; if not, it is refused
     * @param lenient whether a head is read although policy could not judge it, as long as its framing is clear
     */
    static Http1RequestHead read(byte[] bytes, int count, boolean connect, boolean lenient)
            throws UnacceptableException {
        byte[] exact = bytes.length == count ? bytes : java.util.Arrays.copyOf(bytes, count);
        Http1RequestLine line = Http1RequestLine.read(exact, count, connect, lenient);
        Http1RequestHead head = new Http1RequestHead(exact, line, lenient);
        Http1Fields.read(exact, line.end() + 2, count, head);
        head.check();
        return head;
    }

    @Override
    public void field(Http1Fields.Name known, byte[] in, int name, int nameEnd, int value, int valueEnd)
            throws UnacceptableException {
        switch (known) {
            case HOST -> host(new String(in, value, valueEnd - value, StandardCharsets.ISO_8859_1));
            case CONTENT_LENGTH -> framing.contentLength(in, value, valueEnd);
            case TRANSFER_ENCODING -> framing.transferEncoding(in, value, valueEnd);
            case CONNECTION -> connection.add(in, value, valueEnd);
            case UPGRADE -> upgrade(new String(in, value, valueEnd - value, StandardCharsets.ISO_8859_1));
            case EXPECT -> expect(Http1Octets.is(in, value, valueEnd, "100-continue"));
            case CLIENT_ID -> claimsIdentity = true;
            case HTTP2_SETTINGS -> httpAgain = true;
            case OTHER -> {}
        }
    }

    private void host(String value) throws UnacceptableException {
        if (host != null) {
            object(Code.HOST, "several Host fields");
            return;
        }
        try {
            host = Http1Authority.of(value);
            hostHasPort = Http1Authority.hasPort(value);
        } catch (UnacceptableException e) {
            object(Code.HOST, e.refusal().reason());
            host = Http1Authority.NONE;
        }
    }

    /** Refuses a head of which only the meaning is in doubt, and not the framing; a lenient reader only notes it. */
    private void object(Code code, String reason) throws UnacceptableException {
        if (!lenient) {
            throw new UnacceptableException(code, reason);
        }
        oneMeaning = false;
    }

    private void expect(boolean ofContinue) throws UnacceptableException {
        if (expect || !ofContinue) {
            object(Code.EXPECTATION, "an expectation other than 100-continue");
        }
        expect = true;
    }

    private void upgrade(String value) {
        upgrade = true;
        for (String protocol : value.toLowerCase(Locale.ROOT).split(",", -1)) {
            int slash = protocol.indexOf('/');
            httpAgain |= HTTP_AGAIN.contains((slash < 0 ? protocol : protocol.substring(0, slash)).strip());
        }
    }

    private void check() throws UnacceptableException {
        framing.check();
        if (line.http10() && framing.chunked()) {
            throw new UnacceptableException(Code.FRAMING, "a Transfer-Encoding in HTTP/1.0");
        }
        if (isConnect() && (framing.chunked() || framing.length() > 0)) {
            throw new UnacceptableException(Code.FRAMING, "a CONNECT with a body (RFC 9110 section 9.3.6)");
        }
        Http1Authority target = line.authority();
        if (host == null) {
            if (!line.http10()) {
                object(Code.HOST, "no Host field");
            }
            host = target == null ? Http1Authority.NONE : target;
        } else if (target != null && !names(target, host)) {
            object(Code.HOST, "a target of another host than Host says");
        }
    }

    /** Whether Host names the target. For CONNECT, many callers leave the port out of Host. */
    private boolean names(Http1Authority target, Http1Authority named) {
        return (isConnect() && !hostHasPort) ? target.host().equals(named.host()) : target.equals(named);
    }

    /** Returns the request as policy sees it. */
    HttpRequest request() {
        return new HttpRequest(line.method(), line.path(), host == null ? "" : host.host(), this, false);
    }

    /** Reads the fields again on each call, because few rules ask for fields. */
    @Override
    public List<String> values(String lowerCaseName) {
        return lowerCaseName.equals(TARGET)
                ? List.of(line.target(bytes))
                : values((name, end) -> Http1Octets.is(bytes, name, end, lowerCaseName));
    }

    @Override
    public List<String> lookalikes(String lowerCaseName) {
        return values((name, end) -> Http1Octets.resembles(bytes, name, end, lowerCaseName)
                && !Http1Octets.is(bytes, name, end, lowerCaseName));
    }

    @Override
    public boolean isOfConnection(String lowerCaseName) {
        return connection.names(lowerCaseName);
    }

    /** Whether the octets of a field's name are those of a wanted one. */
    @FunctionalInterface
    private interface NameTest {
        boolean test(int name, int nameEnd);
    }

    private List<String> values(NameTest wanted) {
        List<String> values = new ArrayList<>(0);
        try {
            Http1Fields.read(bytes, line.end() + 2, bytes.length, (known, in, name, nameEnd, value, valueEnd) -> {
                if (!isTakenOut(known) && wanted.test(name, nameEnd)) {
                    values.add(new String(in, value, valueEnd - value, StandardCharsets.ISO_8859_1));
                }
            });
        } catch (UnacceptableException e) {
            throw new IllegalStateException("a head that was read before", e);
        }
        return values;
    }

    /** Whether fields with this name do not reach the application as they came. */
    boolean isTakenOut(Http1Fields.Name name) {
        return name == Http1Fields.Name.CLIENT_ID || isOfHttpAgain(name);
    }

    /** Whether fields with this name ask for another version of HTTP. */
    boolean isOfHttpAgain(Http1Fields.Name name) {
        return switch (name) {
            case UPGRADE, HTTP2_SETTINGS, CONNECTION -> httpAgain;
            case CLIENT_ID, HOST, CONTENT_LENGTH, TRANSFER_ENCODING, EXPECT, OTHER -> false;
        };
    }

    /** Whether the caller asks for another version of HTTP. */
    boolean offersHttpAgain() {
        return httpAgain;
    }

    /** Whether some field must be removed. */
    boolean isChanged() {
        return claimsIdentity || httpAgain;
    }

    /**
     * The rest of the Connection field after the options of an upgrade are removed; "" if nothing is left, or if none
     * are removed.
     */
    String connectionLeft() {
        return httpAgain ? connection.withoutUpgrade() : "";
    }

    /** Whether the head has one meaning only, so that policy can judge it; always true if it was read strictly. */
    boolean hasOneMeaning() {
        return oneMeaning;
    }

    /** Index of the first field line. */
    int fields() {
        return line.end() + 2;
    }

    boolean http10() {
        return line.http10();
    }

    /** Whether the caller asks for a tunnel (RFC 9110 section 9.3.6). */
    boolean isConnect() {
        return line.isConnect();
    }

    /** Returns the host and the port that a CONNECT asks for. */
    String connectTarget() {
        Http1Authority target = Objects.requireNonNull(line.authority(), "not a CONNECT");
        return target.host() + ":" + target.port();
    }

    /** Whether another request may follow on the connection. */
    boolean persists() {
        return connection.persists(line.http10());
    }

    /** Whether the caller may wait for 100 (Continue). In HTTP/1.0 the field means nothing (RFC 9110 section 10.1.1). */
    boolean expectsContinue() {
        return expect && !line.http10();
    }

    /** Whether the application may answer with 101 (Switching Protocols). */
    boolean offersUpgrade() {
        return upgrade && !httpAgain;
    }
}
