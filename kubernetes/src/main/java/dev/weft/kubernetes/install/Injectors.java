package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.AdmissionPolicies;
import java.util.List;
import java.util.stream.Stream;

/**
 * The objects by which an API server has pods injected, of every {@code --admission}. An install by another one leaves the former
 * there, and a policy runs before the webhook.
 */
public final class Injectors {

    /** The webhook is the last: in a deletion it goes first, as it keeps pods from being made once nothing serves it. */
    private static final List<ObjectName> ALL = Stream.concat(
                    Stream.of("v1", "v1beta1", "v1alpha1")
                            .flatMap(version -> Stream.of("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding")
                                    .map(kind -> name(version, kind))),
                    Stream.of(webhook()))
            .toList();

    private Injectors() {}

    /** Those that are none of these objects, in any version of the API: a cluster may serve the same one in several. */
    public static List<ObjectName> others(List<ObjectName> than) {
        return ALL.stream()
                .filter(injector -> than.stream().noneMatch(injector::isSame))
                .toList();
    }

    /** The webhook's configuration. */
    public static ObjectName webhook() {
        return name("v1", "MutatingWebhookConfiguration");
    }

    private static ObjectName name(String version, String kind) {
        return new ObjectName("admissionregistration.k8s.io/" + version, kind, "", AdmissionPolicies.INJECTION);
    }
}
