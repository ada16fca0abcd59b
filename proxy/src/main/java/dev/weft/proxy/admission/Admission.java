package dev.weft.proxy.admission;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.decide.RequestRules;
import dev.weft.policy.limit.LimitRule;
import dev.weft.proxy.http.DeclaredCarrier;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.HttpCarrier;
import dev.weft.proxy.http.HttpTap;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.RequestCarrier;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.sidecar.Sidecar;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the workload's policies whether a peer is admitted to one session: at first, and again whenever the
 * policies change. Where policies are about requests, each request is judged as it passes. Belongs to the session's
 * event loop.
 */
public final class Admission {
    private final Session session;
    private final Sidecar sidecar;
    private final Consumer<Refusal> breakOff;
    private boolean carried;
    /** Whether the session was counted among its caller's new connections; that is done only once. */
    private boolean counted;
    /** Null if the session is carried as bytes in any case, or is not carried yet. */
    private @Nullable RequestCarrier carrier;

    /**
     * Nothing was decided on the session yet.
     *
     * @param breakOff ends the connection or tunnel of a caller whose requests are denied by far too often
     */
    public Admission(Session session, Sidecar sidecar, Consumer<Refusal> breakOff) {
        this.session = session;
        this.sidecar = sidecar;
        this.breakOff = breakOff;
    }

    /**
     * Decides, and notes the decision on the session; {@code null} means allowed. Open requests of the session are
     * judged again.
     *
     * @param identity the peer's identity, if it has proven one
     */
    public @Nullable Refusal decide(@Nullable SpiffeId identity) {
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null) {
            return Refusal.of(Refusal.Code.NOT_READY, "the sidecar has no policy yet");
        }
        InetSocketAddress destination = session.destination();
        if (!config.addresses().contains(destination.getAddress())) {
            return Refusal.of(
                    Refusal.Code.FOREIGN_ADDRESS,
                    destination.getAddress().getHostAddress() + " is not an address of this workload (expected: one of "
                            + shown(config.addresses()) + ")");
        }
        int port = destination.getPort();
        if (sidecar.ownPorts().has(port)) {
            session.decided("deny", "");
            return Sidecar.ownPort(port);
        }
        if (!config.reachable().has(port)) {
            session.decided("deny", "");
            return Refusal.of(
                    Refusal.Code.PORT_NOT_DECLARED,
                    "port " + port + " is not one that the workload declares, and only those are reached: add it to its"
                            + " ports, or set its reachablePorts to all");
        }
        Peer peer = new Peer(identity, session.source().getAddress());
        Refusal refusal = byPolicy(config.policies().decide(peer, port));
        if (refusal != null || counted) {
            return refusal;
        }
        counted = true;
        Decision exceeded = sidecar.tooMany(sidecar.limits(config, LimitRule.Unit.CONNECTIONS, peer, port));
        if (exceeded == null) {
            return null;
        }
        session.decided("deny", exceeded.policy());
        return new Refusal(exceeded.code().text(), Denial.TOO_MANY_REQUESTS, exceeded.reason());
    }

    private @Nullable Refusal byPolicy(Decision decision) {
        decision.audited().forEach(sidecar.metrics()::audited);
        session.decided(
                switch (decision.outcome()) {
                    case ALLOW -> "allow";
                    case DENY -> "deny";
                    case PER_REQUEST -> "per-request";
                },
                decision.policy());
        if (decision.outcome() == Outcome.DENY) {
            return Refusal.byPolicy(decision.code().text(), decision.reason());
        }
        boolean perRequest = decision.outcome() == Outcome.PER_REQUEST;
        boolean read = carrier != null && carrier.judgeAgain(perRequest);
        if (carried && perRequest && !read) {
            return Refusal.of(
                    Refusal.Code.JUDGED_BY_REQUEST,
                    "the connection was made before policy judged requests on this port: make another");
        }
        return null;
    }

    /**
     * Sets how an admitted session is carried: as bytes, or with its requests judged or recorded. Must be called before
     * the session starts.
     */
    public void carry(Relay relay, @Nullable SpiffeId identity) {
        carried = true;
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null) {
            return;
        }
        Peer peer = new Peer(identity, session.source().getAddress());
        int port = session.destination().getPort();
        RequestRules rules = config.policies().requestRules(peer, port);
        boolean limited =
                !sidecar.limits(config, LimitRule.Unit.REQUESTS, peer, port).isEmpty()
                        || !sidecar.load(config, peer, port).isEmpty();
        boolean declared = config.httpPorts().contains(port);
        if (rules == null && !limited && !declared) {
            return;
        }
        boolean mustBeHttp = limited || (rules != null && rules.mustBeHttp());
        relay.passThrough(exits -> {
            if (!mustBeHttp && !declared) {
                return new HttpTap(
                        exits, protocol -> new SessionJudge(session, sidecar, identity, protocol, false, breakOff));
            }
            RequestCarrier made = carrier(exits, identity, mustBeHttp);
            carrier = made;
            return made;
        });
    }

    private RequestCarrier carrier(Exits exits, @Nullable SpiffeId identity, boolean mustBeHttp) {
        Function<Protocol, RequestJudge> judges =
                protocol -> new SessionJudge(session, sidecar, identity, protocol, true, breakOff);
        Duration firstHead = sidecar.requests().http().firstHead();
        return mustBeHttp
                ? new HttpCarrier(session, exits, judges, firstHead)
                : new DeclaredCarrier(session, exits, judges, firstHead);
    }

    /** Ends the session in order once no request is open, if its requests are judged. */
    public void drain() {
        if (carrier != null) {
            carrier.drain();
        }
    }

    /** Returns the judge for requests of this session that arrive each as a stream of its own. */
    public RequestJudge judge(SpiffeId identity) {
        return new SessionJudge(session, sidecar, identity, Protocol.HTTP2, true, breakOff);
    }

    private static String shown(Collection<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).sorted().collect(Collectors.joining(", "));
    }
}
