package dev.weft.cli.check.platform;

import dev.weft.kubernetes.inject.MissingSidecar;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** An object of a cluster, as kubectl lists it. */
record ListedObject(JsonNode json) {

    static final String INBOUND = "weft.dev/inbound";
    private static final String PERMISSIVE = "permissive";

    static Stream<ListedObject> of(JsonNode list) {
        return list.path("items").valueStream().map(ListedObject::new);
    }

    String name() {
        return json.path("metadata").path("name").asString("");
    }

    String namespace() {
        return json.path("metadata").path("namespace").asString("");
    }

    /** Returns {@code namespace/name}. */
    String shown() {
        return namespace() + "/" + name();
    }

    Map<String, String> labels() {
        return texts("labels");
    }

    Map<String, String> annotations() {
        return texts("annotations");
    }

    JsonNode spec() {
        return json.path("spec");
    }

    /** Returns the phase of a pod. */
    String phase() {
        return json.path("status").path("phase").asString("");
    }

    /** Whether a pod has not ended. */
    boolean runs() {
        return !phase().equals("Succeeded") && !phase().equals("Failed");
    }

    boolean isMeshed() {
        return MissingSidecar.hasSidecar(pod());
    }

    /** Returns what decides whether a pod gets a sidecar. */
    MissingSidecar.Pod pod() {
        return new MissingSidecar.Pod(
                namespace(),
                labels(),
                annotations(),
                isOfHostNetwork(),
                spec().path("os").path("name").asString(""),
                initContainers());
    }

    /** Whether a pod uses the network of its node. */
    boolean isOfHostNetwork() {
        return spec().path("hostNetwork").asBoolean(false);
    }

    /** Returns when a pod was started, or else created; empty if it is not known. */
    Optional<Instant> started() {
        JsonNode started = json.path("status").path("startTime");
        return started.asString("").isEmpty() ? created() : moment(started);
    }

    Optional<Instant> created() {
        return moment(json.path("metadata").path("creationTimestamp"));
    }

    private static Optional<Instant> moment(JsonNode text) {
        try {
            return Optional.of(Instant.parse(text.asString("")));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** Whether the object's own annotation says that callers without a sidecar are refused; an unknown value does. */
    boolean saysStrict() {
        return saysInbound() && !PERMISSIVE.equals(annotations().get(INBOUND));
    }

    /** Whether the object has an annotation about callers without a sidecar. */
    boolean saysInbound() {
        return annotations().containsKey(INBOUND);
    }

    private Map<String, String> initContainers() {
        return spec().path("initContainers")
                .valueStream()
                .collect(Collectors.toMap(
                        container -> container.path("name").asString(""),
                        container -> container.path("restartPolicy").asString(""),
                        (first, _) -> first));
    }

    private Map<String, String> texts(String member) {
        Map<String, String> texts = new TreeMap<>();
        json.path("metadata")
                .path(member)
                .propertyStream()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asString("")));
        return texts;
    }
}
