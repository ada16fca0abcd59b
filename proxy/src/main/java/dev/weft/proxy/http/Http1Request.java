package dev.weft.proxy.http;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.route.FieldChanges;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Set;

/** A request whose head has been read strictly. Its body may still come. */
public final class Http1Request {
    /** RFC 9110 section 9.2.2. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** Under which the fields have the target. */
    private static final String TARGET = ":path";

    private final Http1RequestHead head;
    private final HttpRequest request;

    Http1Request(Http1RequestHead head) {
        this.head = head;
        this.request = head.request();
    }

    /** The head as it came, but without an offer of another version of HTTP; the caller's to release. */
    public ByteBuf head(ByteBufAllocator alloc) {
        if (head.offersHttpAgain()) {
            return Http1Changes.request(this, "", "", FieldChanges.NONE, alloc);
        }
        byte[] bytes = head.bytes();
        return alloc.ioBuffer(bytes.length).writeBytes(bytes);
    }

    /** Method, path, host and fields. */
    public HttpRequest asRead() {
        return request;
    }

    /** The head, for what writes it with changes. */
    Http1RequestHead read() {
        return head;
    }

    /** The target in origin-form as it was sent, with its query; "*" for the server as a whole (RFC 9112 section 3.2). */
    public String originTarget() {
        String target = request.headers().values(TARGET).getFirst();
        if (target.startsWith("/") || target.equals("*")) {
            return target;
        }
        int path = target.indexOf("//") + 2;
        while (path < target.length() && "/?".indexOf(target.charAt(path)) < 0) {
            path++;
        }
        String rest = target.substring(path);
        return rest.startsWith("/") ? rest : request.path() + rest;
    }

    /** Its host as it was sent, with its port if that was said; "" if it has none. */
    public String authority() {
        return request.headers().values("host").stream().findFirst().orElse(request.host());
    }

    /** Whether anything follows the head. */
    public boolean hasBody() {
        return head.framing().chunked() || head.framing().length() > 0;
    }

    /** Whether it may be sent a second time although the first may have had an effect. */
    public boolean isReplayable() {
        return IDEMPOTENT.contains(request.method()) && !hasBody() && !offersUpgrade();
    }

    /** Whether a second request with this method has no effect that the first has not (RFC 9110 section 9.2.2). */
    public static boolean isIdempotent(String method) {
        return IDEMPOTENT.contains(method);
    }

    /** Whether its method means that a second time has no effect that the first has not. */
    public boolean isIdempotent() {
        return IDEMPOTENT.contains(request.method());
    }

    /** Whether it is answered without a body, whatever the response's head says. */
    public boolean isHead() {
        return request.method().equals("HEAD");
    }

    /** Whether 101 (Switching Protocols) may be the answer. */
    public boolean offersUpgrade() {
        return head.offersUpgrade();
    }

    /** Whether its sender may wait for 100 (Continue) before it sends a body. */
    public boolean expectsContinue() {
        return head.expectsContinue();
    }

    /** Whether its version is HTTP/1.0. */
    public boolean http10() {
        return head.http10();
    }

    /** Whether another request may follow. */
    public boolean persists() {
        return head.persists();
    }

    /** The same where the sidecar answers: it says no keep-alive, and so a caller of HTTP/1.0 waits for the connection's end. */
    public boolean persistsAfterOwnAnswer() {
        return persists() && !http10();
    }

    Http1Framing framing() {
        return head.framing();
    }
}
