package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.json.Json;
import dev.weft.kubernetes.inject.InvalidPodException;
import dev.weft.kubernetes.inject.PodPatches;
import dev.weft.kubernetes.manifest.Trees;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Answers an {@code AdmissionReview} of {@code admission.k8s.io/v1} for the creation of a pod. */
final class Reviews {

    private static final String API_VERSION = "admission.k8s.io/v1";
    private static final String KIND = "AdmissionReview";
    private static final int INVALID = 422;

    /** Most JSON tokens: names, values, and ends of lists and maps. Pods with texts of usual length have fewer. */
    static final int MAX_TOKENS = 200_000;

    /** Deepest nesting. A pod with managed fields needs 15. */
    static final int MAX_DEPTH = 32;

    private static final JsonFactory BOUNDED = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,128}");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** Reads namespaces. They are read each time, because one may have been labelled a moment ago. */
    interface Namespaces {

        /**
         * Reads a namespace.
         *
         * @throws IOException if it cannot be read, or does not exist
         */
        PodPatches.Namespace read(String name) throws IOException;
    }

    /** The result of a review. */
    enum Outcome {
        INJECTED,
        LEFT,
        REFUSED
    }

    /** @param json an AdmissionReview */
    record Answer(Outcome outcome, String json) {}

    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final PodPatches patches;
    private final Namespaces namespaces;

    Reviews(PodPatches patches, Namespaces namespaces) {
        this.patches = requireNonNull(patches, "patches");
        this.namespaces = requireNonNull(namespaces, "namespaces");
    }

    /**
     * Answers a review.
     *
     * @throws InvalidReviewException if it is not a review of the creation of a pod
     * @throws IOException if the pod's namespace cannot be read
     */
    Answer answer(String body) throws InvalidReviewException, IOException {
        Map<String, Object> request = request(body);
        String uid = text(request, "uid", UID);
        PodPatches.Namespace namespace = namespaces.read(text(request, "namespace", NAMESPACE));
        try {
            List<Map<String, Object>> operations = patches.of(namespace, Trees.map(request, "object"));
            return operations.isEmpty()
                    ? new Answer(Outcome.LEFT, review(Trees.of("uid", uid, "allowed", true)))
                    : new Answer(Outcome.INJECTED, review(patch(uid, operations)));
        } catch (InvalidPodException e) {
            return new Answer(Outcome.REFUSED, review(refusal(uid, String.valueOf(e.getMessage()))));
        } catch (IllegalArgumentException e) {
            throw new InvalidReviewException("the pod cannot be read: " + e.getMessage());
        }
    }

    private Map<String, Object> request(String body) throws InvalidReviewException {
        // The library would parse anything else as YAML.
        if (!body.startsWith("{")) {
            throw new InvalidReviewException("not a JSON object");
        }
        checkBounds(body);
        try {
            @Nullable Object read = serialization.unmarshal(body, Map.class);
            Map<String, Object> review = Trees.asMap(read, KIND);
            if (!API_VERSION.equals(review.get("apiVersion")) || !KIND.equals(review.get("kind"))) {
                throw new InvalidReviewException("not an AdmissionReview of " + API_VERSION);
            }
            Map<String, Object> request = Trees.map(review, "request");
            Map<String, Object> resource = Trees.map(request, "resource");
            boolean pod = "".equals(resource.get("group"))
                    && "v1".equals(resource.get("version"))
                    && "pods".equals(resource.get("resource"))
                    && request.getOrDefault("subResource", "").equals("");
            if (!pod || !"CREATE".equals(request.get("operation"))) {
                throw new InvalidReviewException("not about a pod that is created");
            }
            return request;
        } catch (KubernetesClientException | IllegalArgumentException _) {
            throw new InvalidReviewException("cannot be read as JSON of an AdmissionReview");
        }
    }

    /** Checks the limits without keeping anything, because a tree takes many times the memory of its text. */
    private static void checkBounds(String body) throws InvalidReviewException {
        try (JsonParser parser = BOUNDED.createParser(ObjectReadContext.empty(), body)) {
            while (parser.nextToken() != null) {
                // The parser counts.
            }
        } catch (JacksonException _) {
            throw new InvalidReviewException("not JSON, or of more than " + MAX_TOKENS
                    + " tokens, or nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    private static String text(Map<String, Object> request, String member, Pattern form) throws InvalidReviewException {
        if (request.get(member) instanceof String text && form.matcher(text).matches()) {
            return text;
        }
        throw new InvalidReviewException("request." + member + ": not there, or cannot be one");
    }

    private static Map<String, Object> patch(String uid, List<Map<String, Object>> operations) {
        String patch = Base64.getEncoder().encodeToString(Json.write(operations).getBytes(StandardCharsets.UTF_8));
        return Trees.of("uid", uid, "allowed", true, "patchType", "JSONPatch", "patch", patch);
    }

    private static Map<String, Object> refusal(String uid, String message) {
        return Trees.of(
                "uid",
                uid,
                "allowed",
                false,
                "status",
                Trees.of("status", "Failure", "code", INVALID, "reason", "Invalid", "message", message));
    }

    private static String review(Map<String, Object> response) {
        return Json.write(Trees.of("apiVersion", API_VERSION, "kind", KIND, "response", response));
    }
}
