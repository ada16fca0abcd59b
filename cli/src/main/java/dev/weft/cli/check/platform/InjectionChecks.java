package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Checks whether pods of the mesh can be created: what injects them, and whether it is available. */
final class InjectionChecks {

    private static final String IGNORE = "--ignore-not-found";
    private static final String WEBHOOKS = "mutatingwebhookconfigurations";
    private static final String POLICIES = "mutatingadmissionpolicies";
    private static final String SERVICE = "weft-webhook";

    private InjectionChecks() {}

    static Verdict injection(CachedKubectl cluster) throws IOException {
        CachedKubectl.Answer webhook = cluster.json("get", WEBHOOKS, AdmissionPolicies.INJECTION, IGNORE, "-o", "json");
        if (webhook.json().isEmpty()) {
            return Verdict.unknown("webhooks cannot be listed: " + webhook.complaint());
        }
        // If no version of the kind is served, kubectl fails, and there is no policy.
        boolean policy = cluster.json("get", POLICIES, AdmissionPolicies.INJECTION, IGNORE, "-o", "json")
                .json()
                .filter(InjectionChecks::isThere)
                .isPresent();
        if (!isThere(webhook.json().get())) {
            return Verdict.ok(
                    policy ? "the API server injects pods, by a policy" : "nothing injects pods but 'weft inject'");
        }
        return webhook(cluster, webhook.json().get(), policy);
    }

    private static boolean isThere(JsonNode object) {
        return object.path("metadata").has("name");
    }

    private static Verdict webhook(CachedKubectl cluster, JsonNode configuration, boolean policy) throws IOException {
        boolean certified = configuration
                .path("webhooks")
                .valueStream()
                .noneMatch(each ->
                        each.path("clientConfig").path("caBundle").asString("").isEmpty());
        if (!certified) {
            return Verdict.failed(
                    "the webhook's configuration has no caBundle, so no pod of the mesh can be made (WEFT-C131)",
                    "the leader of the control plane writes it: see 'weft logs --control --cluster'",
                    List.of());
        }
        Optional<Integer> ready = ready(cluster);
        if (ready.isPresent() && ready.get() == 0) {
            return Verdict.failed(
                    "no replica of the control plane serves the webhook, so no pod of the mesh can be made (WEFT-C132)",
                    "see 'kubectl -n weft-system get pods'; pods of other namespaces are not affected",
                    List.of());
        }
        if (policy) {
            return Verdict.warning(
                    "both a policy and the webhook inject pods: pods cannot be made while the webhook is away",
                    "delete the one that an earlier install left: 'kubectl delete " + WEBHOOKS + " "
                            + AdmissionPolicies.INJECTION + "', or " + POLICIES,
                    List.of());
        }
        return Verdict.ok("the control plane injects pods, by its webhook"
                + ready.map(count -> "; replicas that serve it: " + count).orElse(""));
    }

    /** Returns the number of ready replicas; empty if it cannot be determined. */
    private static Optional<Integer> ready(CachedKubectl cluster) throws IOException {
        return cluster.json(
                        "get",
                        "endpointslices.discovery.k8s.io",
                        "--namespace",
                        "weft-system",
                        "--selector",
                        "kubernetes.io/service-name=" + SERVICE,
                        "-o",
                        "json")
                .json()
                .map(json -> (int) json.path("items")
                        .valueStream()
                        .flatMap(slice -> slice.path("endpoints").valueStream())
                        .filter(endpoint ->
                                endpoint.path("conditions").path("ready").asBoolean(true))
                        .count());
    }
}
