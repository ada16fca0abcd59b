package dev.weft.kubernetes.install;

import dev.weft.kubernetes.manifest.Trees;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the installation sets of each pod of the control plane.
 *
 * @param memory limit of its memory, in MiB or GiB, such as {@code 512Mi}; half of it is the heap
 * @param pullSecret name of a Secret in {@code weft-system} with which nodes pull the image; empty for none
 * @param priorityClass name of its priority class; empty for none
 */
public record ControlPod(String memory, String pullSecret, String priorityClass) {

    /** Most pods of the priority class in {@code weft-system}: more than there can be replicas during an update. */
    private static final int MOST_PODS = 100;

    /** The part of the limit that the scheduler reserves, in eighths. */
    private static final int RESERVED_EIGHTHS = 3;

    private static final int LEAST = 256;
    private static final int MOST = 64 * 1024;
    private static final Pattern MEMORY = Pattern.compile("([1-9][0-9]{0,5})(Mi|Gi)");
    private static final Pattern NAME = Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?");

    /** A pod for a mesh of usual size, which the scheduler prefers to pods of applications. */
    public static final ControlPod USUAL = new ControlPod("512Mi", "", "system-cluster-critical");

    /** @throws IllegalArgumentException if the memory is out of range, or a name is not valid */
    public ControlPod {
        int mebibytes = mebibytes(memory);
        if (mebibytes < LEAST || mebibytes > MOST) {
            throw new IllegalArgumentException("control plane's memory: " + memory + " (expected: 256Mi to 64Gi)");
        }
        checkName("pull secret", pullSecret);
        checkName("priority class", priorityClass);
    }

    private static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + ": " + name + " (expected: a name of lower-case letters, digits, - and .)");
        }
    }

    private static int mebibytes(String memory) {
        Matcher matcher = MEMORY.matcher(memory);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "control plane's memory: " + memory + " (expected: a number and Mi or Gi, such as 1Gi)");
        }
        return Integer.parseInt(matcher.group(1)) * (matcher.group(2).equals("Gi") ? 1024 : 1);
    }

    /** Sets these values in the pod of the Deployment, and in its container. */
    void applyTo(Map<String, Object> pod, Map<String, Object> container) {
        if (!memory.equals(USUAL.memory)) {
            int reserved = mebibytes(memory) * RESERVED_EIGHTHS / 8;
            container.put(
                    "resources",
                    Trees.of(
                            "requests", Trees.of("cpu", "100m", "memory", reserved + "Mi"),
                            "limits", Trees.of("memory", memory)));
        }
        if (!priorityClass.isEmpty()) {
            pod.put("priorityClassName", priorityClass);
        }
        if (!pullSecret.isEmpty()) {
            pod.put("imagePullSecrets", List.of(Trees.of("name", pullSecret)));
        }
    }

    /**
     * Returns the objects that the priority class needs. Some API servers, such as GKE's, admit pods of the system's
     * classes only in namespaces with a quota for them.
     */
    List<Map<String, Object>> objects() {
        if (priorityClass.isEmpty()) {
            return List.of();
        }
        Map<String, Object> scope =
                Trees.of("scopeName", "PriorityClass", "operator", "In", "values", List.of(priorityClass));
        Map<String, Object> quota = new ObjectName("v1", "ResourceQuota", "weft-system", "weft-control").tree();
        quota.put(
                "spec",
                Trees.of(
                        "hard", Trees.of("pods", String.valueOf(MOST_PODS)),
                        "scopeSelector", Trees.of("matchExpressions", List.of(scope))));
        return List.of(quota);
    }
}
