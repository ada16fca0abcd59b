package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The parts of a response's head that decide where the response ends. */
final class Http1ResponseHead implements Http1Fields.Visitor {
    static final int CONTINUE = 100;
    static final int SWITCHING_PROTOCOLS = 101;

    private static final int FIRST_FINAL = 200;
    private static final int FIRST_REDIRECT = 300;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int VERSION_LENGTH = 8;
    private static final int STATUS_DIGITS = 3;
    private static final int DECIMAL = 10;

    private final Http1Framing framing = new Http1Framing(true);
    private final Http1Connection connection = new Http1Connection();
    private final boolean http10;
    private final int status;

    private Http1ResponseHead(boolean http10, int status) {
        this.http10 = http10;
        this.status = status;
    }

    /** Reads the data on; returns the head once the section has all of it, and null before. */
    static @Nullable Http1ResponseHead take(Http1Section section, ByteBuf data) throws UnacceptableException {
        return switch (section.take(data)) {
            case INCOMPLETE -> null;
            case COMPLETE -> read(section.bytes(), section.count());
            case EMPTY, BARE_LF, LONG_FIRST_LINE, TOO_LARGE, TOO_MANY_LINES ->
                throw new UnacceptableException(Code.RESPONSE, "a head that is malformed or too large");
        };
    }

    /** Reads a head that ends with its empty line. */
    private static Http1ResponseHead read(byte[] bytes, int count) throws UnacceptableException {
        int end = Http1Fields.lineEnd(bytes, 0, count);
        int statusEnd = VERSION_LENGTH + 1 + STATUS_DIGITS;
        if (end < statusEnd || bytes[VERSION_LENGTH] != ' ' || (end > statusEnd && bytes[statusEnd] != ' ')) {
            throw new UnacceptableException(Code.RESPONSE, "a malformed status line");
        }
        boolean http10 = Http1RequestLine.isHttp10(bytes, 0, VERSION_LENGTH);
        int status = 0;
        for (int i = VERSION_LENGTH + 1; i < statusEnd; i++) {
            if (!Http1Octets.isDigit(bytes[i])) {
                throw new UnacceptableException(Code.RESPONSE, "a status that is no number");
            }
            status = status * DECIMAL + bytes[i] - '0';
        }
        for (int i = statusEnd; i < end; i++) {
            if (!Http1Octets.isValue(bytes[i])) {
                throw new UnacceptableException(Code.RESPONSE, "a control character in a status line");
            }
        }
        Http1ResponseHead head = new Http1ResponseHead(http10, status);
        Http1Fields.read(bytes, end + 2, count, head);
        head.check();
        return head;
    }

    @Override
    public void field(Http1Fields.Name known, byte[] bytes, int name, int nameEnd, int value, int valueEnd)
            throws UnacceptableException {
        switch (known) {
            case CONTENT_LENGTH -> framing.contentLength(bytes, value, valueEnd);
            case TRANSFER_ENCODING -> framing.transferEncoding(bytes, value, valueEnd);
            case CONNECTION -> connection.add(bytes, value, valueEnd);
            case HOST, UPGRADE, EXPECT, HTTP2_SETTINGS, CLIENT_ID, OTHER -> {}
        }
    }

    private void check() throws UnacceptableException {
        framing.check();
        if (status < CONTINUE) {
            throw new UnacceptableException(Code.RESPONSE, "a status below 100");
        }
        if (http10 && (framing.chunked() || isInterim())) {
            throw new UnacceptableException(Code.RESPONSE, "a transfer coding or an interim response in HTTP/1.0");
        }
        boolean bodiless = isInterim() || status == NO_CONTENT;
        if (bodiless && (framing.chunked() || framing.length() > 0)) {
            throw new UnacceptableException(Code.RESPONSE, "a body in a response that has none");
        }
    }

    int status() {
        return status;
    }

    /** Whether this is an interim response: the final response comes later. */
    boolean isInterim() {
        return status < FIRST_FINAL;
    }

    /** Whether the request was accepted: 2xx. */
    boolean isSuccessful() {
        return status >= FIRST_FINAL && status < FIRST_REDIRECT;
    }

    /** Whether another response may follow, unless this response lasts until the end of the connection. */
    boolean persists() {
        return persists(false);
    }

    /**
     * Like {@link #persists()}, for a caller of this version: an HTTP/1.0 caller waits for the end of the connection,
     * unless the response says keep-alive.
     */
    boolean persists(boolean toHttp10) {
        return connection.persists(http10 || toHttp10);
    }

    /** Prepares the body of a final response (RFC 9112 section 6.3). */
    void frame(Http1Body body, boolean toHead) {
        if (toHead || status == NO_CONTENT || status == NOT_MODIFIED) {
            body.length(0);
        } else if (framing.chunked()) {
            body.chunked();
        } else if (framing.hasLength()) {
            body.length(framing.length());
        } else {
            body.untilEnd();
        }
    }

    boolean chunked() {
        return framing.chunked();
    }
}
