package dev.weft.proxy.requests;

import dev.weft.daemon.text.HostPort;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.TriedEndpoints;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.GrpcStatus;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http.UnacceptableException;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.route.FieldChanges;
import dev.weft.proxy.route.Matched;
import dev.weft.proxy.route.Mirror;
import dev.weft.proxy.route.PathChange;
import dev.weft.proxy.route.Redirect;
import dev.weft.proxy.route.RequestTable;
import dev.weft.proxy.route.RouteRule;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The result of applying its destination's routes to one request; without effect before the routes are applied. Belongs
 * to one event loop.
 */
final class AppliedRoutes {
    private static final String WHOLE_SERVER = "*";
    private static final String HOST = "host";

    final TriedEndpoints tries;
    private final HeadLimits heads;
    private final boolean grpc;
    private final Http2Headers said;
    private Http2Headers head;
    private final InetSocketAddress asked;
    private InetSocketAddress destination;
    private FieldChanges response = FieldChanges.NONE;
    /** The rule that was found for the request; null before. */
    private @Nullable RouteRule rule;

    AppliedRoutes(LoopContext lane, Http2Headers said, boolean grpc, InetSocketAddress destination) {
        this.tries = new TriedEndpoints(lane);
        this.heads = lane.sidecar().heads();
        this.said = said;
        this.head = said;
        this.grpc = grpc;
        this.asked = destination;
        this.destination = destination;
    }

    /** Whether the request goes to the destination that the application connected to. */
    boolean toOwnDestination() {
        return destination.equals(asked);
    }

    /** Whether a route has been found for the request. */
    boolean decided() {
        return rule != null;
    }

    /** Returns the request's head as it is sent on. */
    Http2Headers head() {
        return head;
    }

    /** Returns the destination whose endpoints the request goes to. */
    InetSocketAddress destination() {
        return destination;
    }

    Duration requestTimeout() {
        return rule == null ? Duration.ZERO : rule.requestTimeout();
    }

    Duration backendTimeout() {
        return rule == null ? Duration.ZERO : rule.backendTimeout();
    }

    /**
     * Resolves the present route of its destination: the connection's destination, or the backend that a route chose.
     */
    void resolve(LoopContext lane, EventLoop loop, Consumer<@Nullable Route> next) {
        if (rule != null) {
            lane.directory().resolveBackend(destination, loop, next);
        } else {
            lane.directory().resolve(destination, loop, next);
        }
    }

    /**
     * Decides whether the request is sent again although an application may have seen it; see
     * {@link TriedEndpoints#again}.
     */
    long again(RequestBody body, boolean unasked) {
        boolean may = rule != null
                && Http1Request.isIdempotent(String.valueOf(head.method()))
                && body.repeatable()
                && (tries.asked() || body.endsWithHead());
        return may ? tries.again(destination, unasked) : TriedEndpoints.NEVER;
    }

    /** Like {@link #again}, for a request that no application has seen and that no other endpoint is left for. */
    long againUnseen(RequestBody body) {
        return body.repeatable() ? tries.again(destination, false) : TriedEndpoints.NEVER;
    }

    /** Whether a request that was one too many for its endpoint goes to another one; if so, within the budget. */
    boolean mayGoElsewhere() {
        return tries.hasOther() && tries.again(destination, true) >= 0;
    }

    /**
     * Applies the routes. Returns the response to send in place of an endpoint; null if the request continues.
     *
     * @param copies gets the backend and the head of each copy of the request
     */
    @Nullable
    LocalResponse by(RequestTable table, int streamId, BiConsumer<Backend, Http2Headers> copies) {
        HttpRequest request;
        try {
            request = Http2Head.of(streamId, head, heads);
        } catch (UnacceptableException e) {
            return LocalResponse.refused(e.refusal());
        } catch (Http2Violation e) {
            return LocalResponse.refused(GateRefusal.of(GateRefusal.Code.MALFORMED, String.valueOf(e.getMessage())));
        }
        Matched matched = table.match(request).orElse(null);
        if (matched == null) {
            return refusal(
                    GateRefusal.Code.NO_ROUTE, "no route of " + HostPort.text(destination) + " is for this request");
        }
        RouteRule found = matched.rule();
        rule = found;
        Redirect redirect = found.redirect();
        if (redirect != null) {
            return LocalResponse.redirect(redirect.status(), location(redirect, matched.prefixElements()));
        }
        Backend backend = found.choose(ThreadLocalRandom.current()).orElse(null);
        InetSocketAddress address = backend == null ? null : backend.address();
        if (backend == null || address == null) {
            return refusal(GateRefusal.Code.NO_BACKEND, found.name() + " has no backend for this request");
        }
        tries.by(found.retry());
        destination = address;
        response = backend.response();
        head = changed(backend, matched.prefixElements());
        for (Mirror mirror : found.mirrors()) {
            if (mirror.takes(ThreadLocalRandom.current())) {
                copies.accept(mirror.backend(), changed(mirror.backend(), matched.prefixElements()));
            }
        }
        return null;
    }

    private String location(Redirect redirect, int prefixElements) {
        CharSequence authority = Http2Head.authority(head);
        return redirect.location(
                authority == null ? "" : authority.toString(), String.valueOf(head.path()), prefixElements);
    }

    private Http2Headers changed(Backend backend, int prefixElements) {
        if (backend.keepsRequest()) {
            return said;
        }
        FieldChanges changes = backend.request();
        boolean moves = !backend.hostname().isEmpty();
        Http2Headers changed = Http2Head.only(
                field -> {
                    String name = field.toString();
                    return !changes.dropped().contains(name) && !(moves && name.equals(HOST));
                },
                said);
        if (moves) {
            changed.authority(backend.hostname());
        }
        PathChange path = backend.path();
        String target = String.valueOf(said.path());
        if (path != null && !target.equals(WHOLE_SERVER)) {
            changed.path(path.apply(target, prefixElements));
        }
        changes.added().forEach(field -> changed.add(field.name(), field.value()));
        return changed;
    }

    /** Returns the head of a final response as the application gets it. */
    Http2Headers response(Http2Headers headers) {
        response.dropped().forEach(headers::remove);
        response.added().forEach(field -> headers.add(field.name(), field.value()));
        return headers;
    }

    /** Returns the response when a timeout has passed. */
    LocalResponse late(Duration after) {
        return refusal(GateRefusal.Code.TIMED_OUT, "no answer came within " + after.toMillis() + " ms");
    }

    /** Returns the response when the caller's own deadline has passed. */
    LocalResponse pastDeadline(Duration after) {
        return refusal(GateRefusal.Code.TIMED_OUT, "the call's deadline of " + after.toMillis() + " ms has passed");
    }

    private LocalResponse refusal(GateRefusal.Code code, String reason) {
        int status = switch (code) {
            case NO_ROUTE -> GrpcStatus.UNIMPLEMENTED;
            case TIMED_OUT -> GrpcStatus.DEADLINE_EXCEEDED;
            case NO_BACKEND -> GrpcStatus.UNAVAILABLE;
            default -> throw new IllegalArgumentException(code + " is not about routes");
        };
        return LocalResponse.byRoute(GateRefusal.of(code, reason), grpc ? status : GrpcStatus.NONE);
    }
}
