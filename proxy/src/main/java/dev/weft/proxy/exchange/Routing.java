package dev.weft.proxy.exchange;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.egress.OutsideCall;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1Request;
import dev.weft.proxy.http.Http1Rewrite;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.route.Matched;
import dev.weft.proxy.route.Mirror;
import dev.weft.proxy.route.PathChange;
import dev.weft.proxy.route.Redirect;
import dev.weft.proxy.route.RequestTable;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Routes one request: to the endpoints of its destination, or as the destination's routes say. Belongs to one event
 * loop.
 */
final class Routing {
    private static final String WHOLE_SERVER = "*";

    private final Exchange exchange;
    private final Http1Carrier carrier;
    private final Upstreams upstreams;
    private final Session session;
    private final LoopContext lane;
    private final EventLoop loop;
    private final Http1Request request;
    private final InetSocketAddress asked;
    private InetSocketAddress destination;
    private String host;

    Routing(
            Exchange exchange,
            Http1Carrier carrier,
            Upstreams upstreams,
            ArrivedConnection arrival,
            Http1Request request) {
        this.exchange = exchange;
        this.carrier = carrier;
        this.upstreams = upstreams;
        this.session = arrival.session();
        this.lane = arrival.lane();
        this.loop = arrival.channel().eventLoop();
        this.request = request;
        this.asked = session.destination();
        this.destination = asked;
        this.host = request.asRead().host();
    }

    /** Resolves the destination, now or when the directory gets an answer. */
    void start() {
        lane.directory().resolve(destination, loop, this::ofDestination);
    }

    /** Resolves once more the destination that was chosen: its endpoints may have changed since. */
    void again() {
        if (destination.equals(asked)) {
            lane.directory().resolve(destination, loop, this::toEndpoints);
        } else {
            lane.directory().resolveBackend(destination, loop, this::toEndpoints);
        }
    }

    /** Returns the destination whose endpoints the request goes to. */
    InetSocketAddress destination() {
        return destination;
    }

    /** Returns the host that the request names when it is sent, in lower case and without a port. */
    String host() {
        return host;
    }

    private void ofDestination(@Nullable Route route) {
        if (exchange.isOver()) {
            return;
        }
        if (route instanceof Route.ToEndpoints to) {
            carrier.route(to);
            RequestTable table = to.routes();
            if (table != null && to.isRouted()) {
                byRules(to, table);
                return;
            }
        }
        toEndpoints(route);
    }

    private void byRules(Route.ToEndpoints own, RequestTable table) {
        Matched matched = table.match(request.asRead()).orElse(null);
        String service = HostPort.text(destination);
        if (matched == null) {
            refuse(GateRefusal.Code.NO_ROUTE, "no route of " + service + " is for this request");
            return;
        }
        exchange.by(matched.rule());
        Redirect redirect = matched.rule().redirect();
        if (redirect != null) {
            String to = redirect.location(request.authority(), request.originTarget(), matched.prefixElements());
            exchange.answerSoon(LocalResponse.redirect(redirect.status(), to), null);
            return;
        }
        Backend backend = matched.rule().choose(ThreadLocalRandom.current()).orElse(null);
        InetSocketAddress address = backend == null ? null : backend.address();
        if (backend == null || address == null) {
            refuse(GateRefusal.Code.NO_BACKEND, matched.rule().name() + " has no backend for this request");
            return;
        }
        copy(matched);
        change(backend, matched.prefixElements());
        if (address.equals(destination)) {
            toEndpoints(own);
        } else {
            destination = address;
            lane.directory().resolveBackend(address, loop, this::toEndpoints);
        }
    }

    private void change(Backend backend, int prefixElements) {
        exchange.changesResponse(backend.response());
        if (!backend.hostname().isEmpty()) {
            host = backend.hostname();
        }
        if (!backend.keepsRequest()) {
            exchange.changeHead(head(backend, prefixElements));
        }
    }

    /** Returns the head as it goes to this backend; the caller must release it. */
    private ByteBuf head(Backend backend, int prefixElements) {
        if (backend.keepsRequest()) {
            return request.head(carrier.alloc());
        }
        String target = request.originTarget();
        PathChange path = backend.path();
        String changed = path == null || target.equals(WHOLE_SERVER) ? "" : path.apply(target, prefixElements);
        return Http1Rewrite.request(request, changed, backend.hostname(), backend.request(), carrier.alloc());
    }

    /** Starts the copies for mirrors; a request that offers to switch the protocol is not copied. */
    private void copy(Matched matched) {
        for (Mirror mirror : matched.rule().mirrors()) {
            if (!request.offersUpgrade() && mirror.takes(ThreadLocalRandom.current())) {
                ByteBuf head = head(mirror.backend(), matched.prefixElements());
                Http1Copy copy = new Http1Copy(lane, session, upstreams, request, mirror.backend(), carrier.alloc());
                copy.start();
                copy.add(head);
                head.release();
                exchange.copy(copy);
            }
        }
    }

    private void toEndpoints(@Nullable Route route) {
        if (exchange.isOver()) {
            return;
        }
        switch (route) {
            case null -> refuse(new RouteRefusals(lane.directory()).noAnswer(destination));
            case Route.Unreachable nowhere ->
                refuse(RouteRefusals.nowhere(nowhere.reason(), !destination.equals(asked)));
            case Route.NotInMesh _ -> exchange.go(List.of(new Route.Endpoint(destination, null, 0, 1)));
            case Route.ToEndpoints to -> exchange.go(allowed(to));
        }
    }

    /**
     * Returns the endpoints without those outside of the mesh that may not be called. If none is left, all are
     * returned, so that the reason of a refusal is reported.
     */
    private List<Route.Endpoint> allowed(Route.ToEndpoints to) {
        if (!to.leadsToPlaintext()) {
            return to.endpoints();
        }
        OutsideCall call = new OutsideCall(lane.sidecar().mesh(), lane.sidecar().heads());
        call.named(host);
        List<Route.Endpoint> allowed = to.endpoints().stream()
                .filter(endpoint -> endpoint.meshed() || call.check(endpoint.address()) == null)
                .toList();
        return allowed.isEmpty() ? to.endpoints() : allowed;
    }

    private void refuse(Refusal refusal) {
        exchange.answerSoon(LocalResponse.unreached(refusal), refusal);
    }

    private void refuse(GateRefusal.Code code, String reason) {
        GateRefusal refusal = GateRefusal.of(code, reason);
        exchange.answerSoon(LocalResponse.refused(refusal), refusal.toRefusal());
    }
}
