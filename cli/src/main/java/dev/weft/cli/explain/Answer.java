package dev.weft.cli.explain;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.explain.Explanation;
import dev.weft.policy.explain.Step;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.request.HttpRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether one caller may call one workload, or make one request of it, and why.
 *
 * @param from the caller, as it was named
 * @param identity what it proves; null without a sidecar
 * @param to the workload called
 * @param port the workload's own port
 * @param via the Service that led there; null without one
 * @param request the request that was asked about; null for the connection
 * @param allowed whether it may without a further question
 * @param outcome {@code allow}, {@code deny}, or {@code per-request} where each request has an answer of its own
 * @param code the code of the decision; null where nothing is enforced or trust decided
 * @param policy the policy that decided, or {@code default}; null where something before policy decided
 * @param audited the Audit policies that match
 * @param steps what each policy that selects the workload says; empty where policy was not asked
 * @param defaultDecision what holds where no Allow policy selects the port
 */
public record Answer(
        String from,
        @Nullable String identity,
        String to,
        int port,
        @Nullable String via,
        @Nullable String request,
        boolean allowed,
        String outcome,
        @Nullable String code,
        @Nullable String policy,
        String reason,
        List<String> audited,
        List<Step> steps,
        @Nullable DefaultDecision defaultDecision) {

    /** What stands for a caller without a sidecar. */
    public static final String UNAUTHENTICATED = Caller.UNAUTHENTICATED;

    /** The data plane's code for a peer without mutual TLS where inbound is strict. */
    private static final String PLAINTEXT = "WEFT-D013";

    public Answer {
        audited = List.copyOf(audited);
        steps = List.copyOf(steps);
    }

    /**
     * The answers to "may {@code from} call {@code to}", one for each workload that is called.
     *
     * @param from a workload, a SPIFFE ID, or {@code unauthenticated}
     * @param to {@code [NAMESPACE/]NAME:PORT} of a workload or a Service
     * @param address where the call comes from, for policies that ask; null for the caller's own
     * @param request what is asked of the workload; null for the mere connection
     * @throws dev.weft.cli.failure.CommandFailure when a name means nothing
     */
    public static List<Answer> of(
            String from,
            String to,
            @Nullable InetAddress address,
            @Nullable HttpRequest request,
            Snapshot snapshot,
            TrustDomain trustDomain) {
        Caller caller = Caller.of(from, address, snapshot, trustDomain);
        return Called.of(to, snapshot).stream()
                .map(called -> answer(caller, called, request, snapshot, trustDomain))
                .toList();
    }

    private static Answer answer(
            Caller caller, Called called, @Nullable HttpRequest request, Snapshot snapshot, TrustDomain trustDomain) {
        String open = open(called);
        if (open != null) {
            return beforePolicy(caller, called, true, null, open);
        }
        boolean strict = snapshot.inboundMode(called.workload()) == InboundMode.STRICT;
        if (strict && caller.peer().identity() == null) {
            return beforePolicy(
                    caller, called, false, PLAINTEXT, "inbound is strict: who does not come by mutual TLS is refused");
        }
        SpiffeId identity = caller.peer().identity();
        if (identity != null && !identity.trustDomain().equals(trustDomain)) {
            return beforePolicy(
                    caller,
                    called,
                    false,
                    null,
                    "the mesh holds no trust bundle of " + identity.trustDomain()
                            + ": it accepts no certificate of that domain");
        }
        CompiledPolicies policies = CompiledPolicies.compile(trustDomain, snapshot.policySetFor(called.workload()));
        return byPolicy(caller, called, request, Explanation.of(policies, caller.peer(), called.port(), request));
    }

    /** Why nothing is enforced there; null where something is. */
    private static @Nullable String open(Called called) {
        if (!called.workload().meshed()) {
            return called.workload().name() + " is not meshed: nothing is enforced there";
        }
        if (called.workload().skipInboundPorts().contains(called.port())) {
            return "port " + called.port() + " is in skipInboundPorts: it goes past the sidecar";
        }
        return null;
    }

    private static Answer byPolicy(Caller caller, Called called, @Nullable HttpRequest request, Explanation explained) {
        var decision = explained.decision();
        return new Answer(
                caller.name(),
                identity(caller),
                called.workload().name().toString(),
                called.port(),
                called.via(),
                request == null ? null : Requested.words(request),
                decision.allowed(),
                decision.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                decision.code().text(),
                decision.policy(),
                decision.reason(),
                decision.audited(),
                explained.steps(),
                explained.defaultDecision());
    }

    private static Answer beforePolicy(
            Caller caller, Called called, boolean allowed, @Nullable String code, String reason) {
        return new Answer(
                caller.name(),
                identity(caller),
                called.workload().name().toString(),
                called.port(),
                called.via(),
                null,
                allowed,
                allowed ? "allow" : "deny",
                code,
                null,
                reason,
                List.of(),
                List.of(),
                null);
    }

    private static @Nullable String identity(Caller caller) {
        return caller.peer().identity() == null
                ? null
                : caller.peer().identity().toString();
    }
}
