package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.inject.Placeholder.Fixed;
import dev.weft.kubernetes.inject.Placeholder.OfPod;
import dev.weft.mesh.kind.SidecarSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The holes of {@code pod.yaml}: each value, and the expression that gives the same value in the API server. */
final class Placeholders {

    /** The port at which the kubelet probes the sidecar's readiness. */
    private static final String ADMIN_PORT = "15020";

    private Placeholders() {}

    static Map<String, Placeholder> of(InjectionSettings settings) {
        Map<String, Placeholder> holes = new LinkedHashMap<>();
        holes.put("image", new Fixed(settings.image()));
        holes.put("image-pull-policy", new Fixed(settings.pullPolicy()));
        holes.put("trust-domain", new Fixed(settings.trustDomain().name()));
        holes.put("control-plane", new Fixed(settings.controlPlane()));
        holes.put("strict", strict(settings.inbound()));
        holes.put("skip-inbound-ports", ports("skipInboundPorts", Annotation.SKIP_INBOUND_PORTS, ADMIN_PORT));
        holes.put("skip-outbound-ports", ports("skipOutboundPorts", Annotation.SKIP_OUTBOUND_PORTS));
        holes.put("udp-ports", udpPorts());
        for (SidecarSetting setting : PodSettings.ALL) {
            holes.put(setting.name(), PodSettings.AMOUNTS.contains(setting) ? amount(setting) : setting(setting));
        }
        return holes;
    }

    /** Converts a flag's name to the name of a variable, such as {@code traceRatio}. */
    private static String variable(String name) {
        String[] words = name.split("-");
        return words[0]
                + Stream.of(words)
                        .skip(1)
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
    }

    /**
     * Returns the hole for a setting of the sidecar, which the pod or its namespace has, in this order. An invalid
     * setting of the namespace is ignored, because the sidecar could not start with it. It can be older than the policy
     * that refuses it.
     */
    private static OfPod setting(SidecarSetting setting) {
        return hole(setting, Cel.annotation(setting.annotation(), ofNamespace(setting)));
    }

    /**
     * Returns the hole for an amount of CPU or memory. If the pod's annotation is not valid the default is used, since
     * the API server could not create the pod otherwise. The policy that checks annotations then refuses the pod with a
     * reason.
     */
    static OfPod amount(SidecarSetting setting) {
        return hole(setting, valid("object", setting, ofNamespace(setting)));
    }

    private static OfPod hole(SidecarSetting setting, String cel) {
        return new OfPod(
                variable(setting.name()), pod -> pod.annotation(setting.annotation(), setting.defaultText()), cel);
    }

    private static String ofNamespace(SidecarSetting setting) {
        return valid("namespaceObject", setting, Cel.text(setting.defaultText()));
    }

    /** Returns the annotation of an object; the default if it is not valid; {@code absent} if there is none. */
    static String valid(String object, SidecarSetting setting, String absent) {
        String known = Annotation.ofPods(setting.annotation()).matches("value") + " ? value : "
                + Cel.text(setting.defaultText());
        return object + ".metadata.?annotations[?" + Cel.text(setting.annotation()) + "].optMap(value, " + known
                + ").orValue(" + absent + ")";
    }

    /** @param always ports that come first, whatever the pod's annotation */
    private static OfPod ports(String variable, String key, String... always) {
        String all = Stream.concat(
                        Stream.of(always).map(Cel::text),
                        Stream.of(Cel.annotation(key, Cel.text("")) + ".replace(\" \", \"\")"))
                .collect(Collectors.joining(", ", "[", "]"));
        return new OfPod(
                variable,
                pod -> Stream.concat(
                                Stream.of(always),
                                Stream.of(pod.annotation(key, "").replace(" ", "")))
                        .filter(port -> !port.isEmpty())
                        .collect(Collectors.joining(",")),
                all + ".filter(port, port != \"\").join(\",\")");
    }

    /** Returns the hole for the UDP ports that a strict pod leaves open: those of its annotation, then declared ones. */
    private static OfPod udpPorts() {
        OfPod annotation = ports("udpPorts", Annotation.UDP_PORTS);
        return new OfPod(
                annotation.variable(),
                pod -> Stream.concat(Stream.of(annotation.value().apply(pod)), pod.udpPorts().stream())
                        .filter(port -> !port.isEmpty())
                        .collect(Collectors.joining(",")),
                "([" + annotation.cel() + "] + " + DeclaredUdp.CEL + ").filter(port, port != \"\").join(\",\")");
    }

    /**
     * Returns the hole for strict mode, which the pod, its namespace or the installation sets, in this order. A value
     * without a meaning counts as strict, as for the control plane.
     */
    private static OfPod strict(Inbound otherwise) {
        return new OfPod(
                "strict",
                pod -> String.valueOf(
                        !pod.annotation(Annotation.INBOUND, otherwise.word()).equals(Inbound.PERMISSIVE.word())),
                Cel.ownOrNamespaces(Annotation.INBOUND, Cel.text(otherwise.word()))
                        + " == \"permissive\" ? \"false\" : \"true\"");
    }

    static List<OfPod> ofPods(Map<String, Placeholder> holes) {
        return holes.values().stream()
                .filter(OfPod.class::isInstance)
                .map(OfPod.class::cast)
                .toList();
    }
}
