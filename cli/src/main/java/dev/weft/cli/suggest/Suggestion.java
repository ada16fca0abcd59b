package dev.weft.cli.suggest;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Who may call one port of some workloads, as drawn from who did.
 *
 * @param policy the name of the suggested policy; empty if none is suggested
 * @param why why none is suggested; empty if one is
 * @param labels what the policy selects workloads by; none for all of the namespace
 * @param workloads those that the labels select, called or not, {@code namespace/name}
 * @param since since when their sidecars count
 * @param callers whom the policy allows
 * @param refusedNow callers that were admitted, and that present policies refuse: the policy does not allow them
 * @param leftOut callers without a proven identity, whom the policy refuses
 * @param refused callers that were refused
 * @param tooOpen identities of the mesh that present policies allow and that did not call
 * @param presentPolicies names of the present Allow policies that go on allowing these
 * @param denied recorded calls that the suggested policies would deny; must be none
 */
public record Suggestion(
        String namespace,
        String policy,
        String why,
        Map<String, String> labels,
        int port,
        List<String> workloads,
        Instant since,
        List<Caller> callers,
        List<Caller> refusedNow,
        List<Caller> leftOut,
        List<Refused> refused,
        List<String> tooOpen,
        List<String> presentPolicies,
        List<String> denied) {

    /**
     * Who called.
     *
     * @param name SPIFFE ID; of one that proved none its address, and its name in the mesh where it has one
     * @param sessions connections that were admitted
     */
    public record Caller(String name, long sessions, Instant last) {}

    /**
     * Who was refused.
     *
     * @param count connections and requests that were
     */
    public record Refused(String name, long count, String code, String reason) {}

    public Suggestion {
        labels = Map.copyOf(labels);
        workloads = List.copyOf(workloads);
        callers = List.copyOf(callers);
        refusedNow = List.copyOf(refusedNow);
        leftOut = List.copyOf(leftOut);
        refused = List.copyOf(refused);
        tooOpen = List.copyOf(tooOpen);
        presentPolicies = List.copyOf(presentPolicies);
        denied = List.copyOf(denied);
    }

    /** Whether a policy is suggested. */
    public boolean suggestsPolicy() {
        return !policy.isEmpty();
    }

    Suggestion withDenied(List<String> calls) {
        return new Suggestion(
                namespace,
                policy,
                why,
                labels,
                port,
                workloads,
                since,
                callers,
                refusedNow,
                leftOut,
                refused,
                tooOpen,
                presentPolicies,
                calls);
    }
}
