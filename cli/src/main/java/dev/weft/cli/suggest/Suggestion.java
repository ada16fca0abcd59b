package dev.weft.cli.suggest;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Suggests who may call one port of some workloads, based on the recorded calls.
 *
 * @param policy the name of the suggested policy; empty if none is suggested
 * @param why why no policy is suggested; empty if one is
 * @param labels the labels by which the policy selects workloads; empty to select the whole namespace
 * @param workloads the workloads that the labels select, called or not, {@code namespace/name}
 * @param callers the callers that the policy allows
 * @param refusedNow callers that were admitted but that present policies refuse: the policy does not allow them
 * @param leftOut callers without a proven identity, which the policy refuses
 * @param tooOpen identities of the mesh that present policies allow and that did not call
 * @param presentPolicies names of the present Allow policies for this port, which keep their effect
 * @param denied recorded calls that the suggested policies would deny; must be empty
 */
public record Suggestion(
        String namespace,
        String policy,
        String why,
        Map<String, String> labels,
        int port,
        List<String> workloads,
        Instant since,
        Requests requests,
        List<Caller> callers,
        List<Caller> refusedNow,
        List<Caller> leftOut,
        List<Refused> refused,
        List<String> tooOpen,
        List<String> presentPolicies,
        List<String> denied) {

    /**
     * The requests that sidecars have read, allowed or refused. They record neither methods nor paths, so that a policy can
     * name the callers of a port, but not their requests.
     *
     * @param read number of requests; 0 where connections pass unread
     * @param unread callers that were admitted and of whom no request was read
     */
    public record Requests(long read, List<String> protocols, List<String> unread) {
        public Requests {
            protocols = List.copyOf(protocols);
            unread = List.copyOf(unread);
        }
    }

    /**
     * A caller that was admitted.
     *
     * @param name its SPIFFE ID; without a proven identity, its address, and its name in the mesh if it has one
     * @param sessions number of connections that were admitted
     * @param last when it called last
     */
    public record Caller(String name, long sessions, Instant last) {}

    /**
     * A caller that was refused.
     *
     * @param name as in {@link Caller}
     * @param count number of connections and requests that were refused
     * @param code code of the last refusal
     * @param reason reason of the last refusal
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
                requests,
                callers,
                refusedNow,
                leftOut,
                refused,
                tooOpen,
                presentPolicies,
                calls);
    }
}
