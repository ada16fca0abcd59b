package dev.weft.kubernetes.install;

import dev.weft.kubernetes.inject.AdmissionPolicies;
import java.util.List;
import java.util.stream.Stream;

/**
 * The objects that make an API server inject pods, for every {@code --admission}. An install with another {@code
 * --admission} leaves the former objects in place, and a policy runs before the webhook.
 */
public final class Injectors {

    /**
     * The webhook is last, so a deletion removes it first: once nothing serves it, it would prevent the creation of
     * pods.
     */
    private static final List<ObjectName> ALL = Stream.concat(
                    Stream.of("v1", "v1beta1", "v1alpha1")
                            .flatMap(version -> Stream.of("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding")
                                    .map(kind -> name(version, kind))),
                    Stream.of(webhook()))
            .toList();

    private Injectors() {}

    /**
     * Returns the objects that are not in this list, in any API version: a cluster may serve the same object in several
     * versions.
     */
    public static List<ObjectName> others(List<ObjectName> than) {
        return ALL.stream()
                .filter(injector -> than.stream().noneMatch(injector::isSame))
                .toList();
    }

    /** Returns the name of the webhook's configuration. */
    public static ObjectName webhook() {
        return name("v1", "MutatingWebhookConfiguration");
    }

    private static ObjectName name(String version, String kind) {
        return new ObjectName("admissionregistration.k8s.io/" + version, kind, "", AdmissionPolicies.INJECTION);
    }
}
