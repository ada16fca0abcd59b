package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.kubernetes.inject.InjectionMethod;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Finds the version of MutatingAdmissionPolicy that the API server of a cluster serves. */
public final class ServedAdmission {

    private static final String PATH = "/apis/admissionregistration.k8s.io/";
    private static final List<InjectionMethod> VERSIONS =
            List.of(InjectionMethod.V1, InjectionMethod.V1BETA1, InjectionMethod.V1ALPHA1);

    private ServedAdmission() {}

    /**
     * Returns how to inject pods in a cluster: by the newest version of the policy, or by the webhook if there is none;
     * empty if the cluster does not answer.
     *
     * @throws IOException if kubectl cannot be run
     */
    public static Optional<InjectionMethod> best(Kubectl kubectl) throws IOException {
        CachedKubectl cluster = new CachedKubectl(kubectl);
        if (!cluster.ask("version", "-o", "json").succeeded()) {
            return Optional.empty();
        }
        return Optional.of(policy(cluster).orElse(InjectionMethod.WEBHOOK));
    }

    static Optional<InjectionMethod> policy(CachedKubectl cluster) throws IOException {
        for (InjectionMethod version : VERSIONS) {
            Optional<JsonNode> served =
                    cluster.json("get", "--raw", PATH + word(version)).json();
            boolean policies = served.stream()
                    .flatMap(json -> json.path("resources").valueStream())
                    .anyMatch(resource -> resource.path("name").asString("").equals("mutatingadmissionpolicies"));
            if (policies) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** Returns the word for {@code --admission}. */
    static String word(InjectionMethod version) {
        return version.name().toLowerCase(Locale.ROOT);
    }
}
