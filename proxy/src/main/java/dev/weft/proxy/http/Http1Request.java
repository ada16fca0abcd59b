package dev.weft.proxy.http;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.route.FieldChanges;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Set;

/** A request whose head has been read strictly. Its body may not have come yet. */
public final class Http1Request {
    /** Idempotent methods (RFC 9110 section 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** The name under which the request's fields contain the target. */
    private static final String TARGET = ":path";

    final Http1RequestHead head;
    private final HttpRequest request;

    Http1Request(Http1RequestHead head) {
        this.head = head;
        this.request = head.request();
    }

    /**
     * Returns the head as it came, but without an offer to switch to another version of HTTP. The caller of this method
     * releases it.
     */
    public ByteBuf head(ByteBufAllocator alloc) {
        if (head.offersHttpAgain()) {
            return Http1Rewrite.request(this, "", "", FieldChanges.NONE, alloc);
        }
        byte[] bytes = head.bytes;
        return alloc.ioBuffer(bytes.length).writeBytes(bytes);
    }

    /** Returns what the request's head counts among the bytes that are held, as long as the request is open. */
    public int held() {
        return HeadMemory.of(head.bytes.length + HeadMemory.REQUEST);
    }

    /** Returns method, path, host and fields. */
    public HttpRequest asRead() {
        return request;
    }

    /**
     * Returns the target in origin-form as it was sent, with its query; "*" means the server as a whole (RFC 9112
     * section 3.2).
     */
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

    /** Returns the host as it was sent, with the port if one was sent; "" if there is none. */
    public String authority() {
        return request.headers().values("host").stream().findFirst().orElse(request.host());
    }

    /** Whether a body follows the head. */
    public boolean hasBody() {
        return head.framing.chunked() || head.framing.length() > 0;
    }

    /** Whether the request may be sent a second time even if the first attempt may have had an effect. */
    public boolean isReplayable() {
        return IDEMPOTENT.contains(request.method()) && !hasBody() && !offersUpgrade();
    }

    /**
     * Whether the method is idempotent: a second request has no effect beyond the first one's (RFC 9110 section 9.2.2).
     */
    public static boolean isIdempotent(String method) {
        return IDEMPOTENT.contains(method);
    }

    /** Whether the request's method is idempotent (RFC 9110 section 9.2.2). */
    public boolean isIdempotent() {
        return IDEMPOTENT.contains(request.method());
    }

    /** Whether the response has no body, whatever its head says. */
    public boolean isHead() {
        return request.method().equals("HEAD");
    }

    /** Whether 101 (Switching Protocols) may be the answer. */
    public boolean offersUpgrade() {
        return head.offersUpgrade();
    }

    /** Whether the sender may wait for 100 (Continue) before it sends a body. */
    public boolean expectsContinue() {
        return head.expectsContinue();
    }

    /** Whether the request's version is HTTP/1.0. */
    public boolean http10() {
        return head.http10();
    }

    /** Whether another request may follow on the connection. */
    public boolean persists() {
        return head.persists();
    }

    /**
     * Whether another request may follow if the sidecar itself answers. The sidecar sends no keep-alive, so an HTTP/1.0
     * caller waits for the end of the connection.
     */
    public boolean persistsAfterOwnAnswer() {
        return persists() && !http10();
    }
}
