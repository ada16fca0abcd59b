package dev.weft.proxy.admission;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.decide.RequestRules;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Passing;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.limit.CallerLimits;
import dev.weft.proxy.limit.ConcurrencyLimits;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.pace.Denials;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.settings.HeadLimits;
import dev.weft.proxy.settings.HttpConnect;
import dev.weft.proxy.sidecar.Sidecar;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the requests of one session by the current policies. Results that do not depend on the request are computed
 * once for each snapshot of the policies. Belongs to the session's event loop.
 */
@SuppressWarnings("ReferenceEquality") // EXEMPT, snapshots and requests are compared by instance
final class SessionJudge implements RequestJudge {
    private static final Decision EXEMPT = new Decision(
            Outcome.ALLOW, Code.DEFAULT_ALLOWED, "probe", "the probe of the workload is exempt", List.of());
    private static final Passing PROBE = new Passing(ExemptProbe.Grpc.FIELDS, ExemptProbe.Grpc.MOST_OCTETS);
    private static final Decision NO_POLICY = new Decision(
            Outcome.DENY, Code.NOT_UNDERSTOOD, Decision.BY_DEFAULT, "the sidecar has no policy yet", List.of());
    private static final String TOO_MANY = "there were too many requests: wait a second";
    private static final String TOO_MANY_AT_ONCE = "the workload has as many concurrent requests as it accepts";
    private static final String UNTOLD = "policy does not allow this request";

    private final Session session;
    private final Sidecar sidecar;
    private final Peer peer;
    private final Protocol protocol;
    private final boolean limiting;
    private final Denials denials;
    /** The open request that may be a gRPC probe; null if there is none. */
    private @Nullable HttpRequest probe;

    private boolean asked;
    private @Nullable InboundConfig seen;
    private @Nullable RequestRules rules;
    private Decision connection = NO_POLICY;
    private CallerLimits limits = CallerLimits.NONE;
    private ConcurrencyLimits load = ConcurrencyLimits.NONE;
    /** For each request that counts as concurrent, or waits for a place: the action to run when the request ends. */
    private final IdentityHashMap<HttpRequest, Runnable> atOnce = new IdentityHashMap<>(0);

    /**
     * No request has been judged yet.
     *
     * @param limiting whether requests over a limit are refused; false if requests are only recorded
     * @param breakOff ends the connection or tunnel of a caller whose requests are denied by far too often
     */
    SessionJudge(
            Session session,
            Sidecar sidecar,
            @Nullable SpiffeId identity,
            Protocol protocol,
            boolean limiting,
            Consumer<Refusal> breakOff) {
        this.session = session;
        this.sidecar = sidecar;
        this.peer = new Peer(identity, session.source().getAddress());
        this.protocol = protocol;
        this.limiting = limiting;
        this.denials = new Denials(
                sidecar.requests().denialPaces(),
                peer,
                sidecar.metrics()::limitHit,
                refusal -> session.loop().execute(() -> breakOff.accept(refusal)));
    }

    @Override
    public Decision judge(HttpRequest request) {
        if (!asked && ExemptProbe.Grpc.isCheck(request)) {
            probe = request; // a kubelet makes one call on each connection
        }
        asked = true;
        Decision decision = judgeAgain(request);
        if (rules != null) { // otherwise the decision is the connection's, which was counted before
            List<String> audited = decision.audited();
            for (int i = 0; i < audited.size(); i++) {
                sidecar.metrics().audited(audited.get(i));
            }
        }
        return begun(request, limited(decision));
    }

    /** A request that policy allows may exceed a rate limit. */
    private Decision limited(Decision decision) {
        if (limits.isEmpty() || !decision.allowed() || decision == EXEMPT) {
            return decision;
        }
        Decision exceeded = sidecar.tooMany(limits);
        return exceeded == null ? decision : exceeded;
    }

    /** A request within the rate limits may exceed the limit on concurrent requests. */
    private Decision begun(HttpRequest request, Decision decision) {
        if (load.isEmpty() || !decision.allowed() || decision == EXEMPT) {
            return decision;
        }
        Decision exceeded = load.begin();
        if (exceeded != null) {
            return exceeded;
        }
        atOnce.put(request, load::end);
        return decision;
    }

    @Override
    public boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
        if (refused.code() != Code.OVERLOADED) {
            return false;
        }
        ConcurrencyLimits at = load;
        ConcurrencyLimits.Waiting waiting = at.await(session.loop(), exceeded -> {
            sidecar.metrics().requestsWaiting(-1);
            atOnce.remove(request);
            if (exceeded == null) {
                atOnce.put(request, at::end);
            }
            then.accept(exceeded == null ? judgeAgain(request) : exceeded);
        });
        if (waiting == null) {
            return false;
        }
        sidecar.metrics().requestsWaiting(1);
        atOnce.put(request, () -> {
            sidecar.metrics().requestsWaiting(-1);
            waiting.cancel();
        });
        return true;
    }

    private void over(RequestRecord ended, HttpRequest request) {
        if (request == probe) {
            probe = null;
        }
        Runnable counted = atOnce.remove(request);
        if (counted != null) {
            counted.run();
        }
        if (ended.decision().code() == Code.OVERLOADED) {
            sidecar.metrics().rateLimited(ended.decision().policy(), "request-at-once");
        }
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null) {
            return NO_POLICY;
        }
        if (isProbe(config, request)) {
            return EXEMPT;
        }
        look(config);
        return rules == null ? connection : rules.decide(request);
    }

    @Override
    public boolean strict() {
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null) {
            return true;
        }
        look(config);
        return rules != null && rules.mustBeHttp();
    }

    private void look(InboundConfig config) {
        if (config != seen) {
            int port = session.destination().getPort();
            CompiledPolicies policies = config.policies();
            rules = policies.requestRules(peer, port);
            limits = limiting ? sidecar.limits(config, LimitRule.Unit.REQUESTS, peer, port) : CallerLimits.NONE;
            load = limiting ? sidecar.load(config, peer, port) : ConcurrencyLimits.NONE;
            connection = rules == null ? policies.decide(peer, port) : NO_POLICY;
            seen = config;
        }
    }

    /** A probe that a strict workload exempts is exempt where requests are judged too. */
    private boolean isProbe(InboundConfig config, HttpRequest request) {
        if (peer.identity() != null) {
            return false;
        }
        List<ExemptProbe> probes = config.probes();
        int port = session.destination().getPort();
        for (int i = 0; i < probes.size(); i++) {
            ExemptProbe exempt = probes.get(i);
            if (exempt.port() == port && isProbe(exempt, request)) {
                return true;
            }
        }
        return false;
    }

    private boolean isProbe(ExemptProbe exempt, HttpRequest request) {
        return switch (exempt) {
            case ExemptProbe.Http http -> protocol == Protocol.HTTP1 && http.is(request);
            case ExemptProbe.Opening _ -> false;
            case ExemptProbe.Grpc _ -> protocol == Protocol.HTTP2 && request == probe;
        };
    }

    @Override
    public boolean passesConnect() {
        return sidecar.requests().http().connect() == HttpConnect.TUNNEL;
    }

    @Override
    public Passing passing(HttpRequest request) {
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null || !isProbe(config, request)) {
            return Passing.ALL;
        }
        look(config);
        Decision byPolicy = rules == null ? connection : rules.decide(request);
        if (byPolicy.allowed()) {
            probe = null; // a request like others, which policy may end
            return Passing.ALL;
        }
        return PROBE;
    }

    @Override
    public HeadLimits heads() {
        return sidecar.heads();
    }

    @Override
    public String clientId() {
        SpiffeId identity = peer.identity();
        return identity == null ? "" : identity.toString();
    }

    @Override
    public String reason(Decision decision) {
        String untold = switch (decision.code()) {
            case TOO_MANY_REQUESTS -> TOO_MANY;
            case OVERLOADED -> TOO_MANY_AT_ONCE;
            default -> UNTOLD;
        };
        return sidecar.requests().http().denialReasons().told(peer.identity() != null)
                ? Refusal.byPolicy(decision.code().text(), decision.reason()).reason()
                : untold;
    }

    @Override
    public void refused(GateRefusal why) {
        sidecar.requests().recorder().refused(session, protocol, why);
    }

    @Override
    public void limitHit(Limit limit) {
        if (limiting) {
            sidecar.metrics().limitHit("requests-http2-" + limit);
        }
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        over(request, judged);
        if (!limiting || denials.logs(request.decision())) {
            sidecar.requests().recorder().ended(session, protocol, request, judged.headers());
        } else {
            sidecar.requests().recorder().counted(session, protocol, request);
        }
    }
}
