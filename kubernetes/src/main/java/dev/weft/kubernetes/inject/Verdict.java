package dev.weft.kubernetes.inject;

/** Whether {@code weft inject} adds a sidecar to a pod. The conditions of the admission policy are the same. */
enum Verdict {
    INJECTED("gets a sidecar"),
    ALREADY("has a sidecar already"),
    OPTED_OUT("is not changed: weft.dev/inject is disabled"),
    HOST_NETWORK(
            "is not changed: it uses the network of its node (hostNetwork), where a sidecar would capture the traffic of all programs"),
    WINDOWS("is not changed: it is for Windows (spec.os.name), where no sidecar runs"),
    NAME_TAKEN("has an init container " + PodTemplate.SIDECAR
            + " that is no sidecar, because its restartPolicy is not Always: give it another name"),
    STATIC("is not changed: it is a static pod of a node"),
    NEVER("is not changed: pods of weft-system and kube-system are never in the mesh");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    static Verdict of(PodFacts pod) {
        if (PodFacts.NEVER_MESHED.contains(pod.namespace())) {
            return NEVER;
        }
        if (pod.hasSidecar()) {
            return ALREADY;
        }
        if (pod.hostNetwork()) {
            return HOST_NETWORK;
        }
        if (pod.annotations().containsKey(PodFacts.MIRROR_ANNOTATION)) {
            return STATIC;
        }
        if (pod.os().equals(PodFacts.WINDOWS)) {
            return WINDOWS;
        }
        if (pod.wish().equals("disabled")) {
            return OPTED_OUT;
        }
        return pod.nameTaken() ? NAME_TAKEN : INJECTED;
    }
}
