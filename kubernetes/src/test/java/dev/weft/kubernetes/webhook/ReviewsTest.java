package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.json.Json;
import dev.weft.kubernetes.inject.Patched;
import dev.weft.kubernetes.inject.PodInjection;
import dev.weft.kubernetes.inject.PodPatches;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReviewsTest {

    static final String POD = """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web"}]}}\
        """;

    private final Reviews reviews = new Reviews(new PodPatches(Samples.settings()), name -> {
        if (name.equals("away")) {
            throw new IOException("the API server does not answer");
        }
        return new PodPatches.Namespace(
                name, Map.of("weft.dev/inject", name.equals("shop") ? "enabled" : ""), Map.of());
    });

    /** As an API server sends it. */
    static String review(String namespace, String pod) {
        return """
            {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
              "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
              "kind": {"group": "", "version": "v1", "kind": "Pod"},
              "resource": {"group": "", "version": "v1", "resource": "pods"},
              "namespace": "%s", "operation": "CREATE", "userInfo": {"username": "someone"},
              "object": %s, "oldObject": null, "dryRun": false}}
            """.formatted(namespace, pod);
    }

    private Map<String, Object> response(String review) throws Exception {
        Map<String, Object> answer =
                Trees.asMap(Json.read(reviews.answer(review).json()), "answer");
        assertThat(answer).containsEntry("apiVersion", "admission.k8s.io/v1").containsEntry("kind", "AdmissionReview");
        Map<String, Object> response = Trees.map(answer, "response");
        assertThat(response).containsEntry("uid", "705ab4f5-6393-11e8-b7cc-42010a800002");
        return response;
    }

    @Test
    void answersWithThePatchThatMakesThePodOfTheFunction() throws Exception {
        KubernetesSerialization serialization = new KubernetesSerialization();
        Map<String, Object> response = response(review("shop", POD));
        assertThat(response).containsEntry("allowed", true).containsEntry("patchType", "JSONPatch");
        String patch =
                new String(Base64.getDecoder().decode(String.valueOf(response.get("patch"))), StandardCharsets.UTF_8);
        List<Map<String, Object>> operations =
                Trees.list(Trees.asMap(Json.read("{\"patch\":" + patch + "}"), "patch"), "patch").stream()
                        .map(operation -> Trees.asMap(operation, "operation"))
                        .toList();
        Map<String, Object> made = Patched.by(operations, Trees.asMap(Json.read(POD), "pod"));

        assertThat(serialization.unmarshal(Json.write(made), Pod.class))
                .isEqualTo(serialization.unmarshal(
                        YamlText.write(YamlText.trees(
                                new PodInjection(Samples.settings()).inject(POD).text())),
                        Pod.class));
        assertThat(reviews.answer(review("shop", POD)).outcome()).isEqualTo(Reviews.Outcome.INJECTED);
    }

    @Test
    void leavesPodsThatAskForNothing() throws Exception {
        assertThat(response(review("other", POD)))
                .containsEntry("allowed", true)
                .doesNotContainKey("patch");
        assertThat(reviews.answer(review("other", POD)).outcome()).isEqualTo(Reviews.Outcome.LEFT);
    }

    @Test
    void refusesAPodWithTheReason() throws Exception {
        String pod = POD.replace(
                "\"name\": \"web\"}, \"spec\"", "\"annotations\": {\"weft.dev/inbound\": \"x\"}}, \"spec\"");
        Map<String, Object> response = response(review("shop", pod));
        assertThat(response).containsEntry("allowed", false);
        assertThat(Trees.map(response, "status"))
                .containsEntry("code", 422)
                .containsEntry("reason", "Invalid")
                .containsEntry("message", "annotation weft.dev/inbound: x (expected: strict, or permissive)");
        assertThat(reviews.answer(review("shop", pod)).outcome()).isEqualTo(Reviews.Outcome.REFUSED);
    }

    @Test
    void answersNothingWhereTheNamespaceCannotBeRead() {
        assertThatThrownBy(() -> reviews.answer(review("away", POD)))
                .isInstanceOf(IOException.class)
                .hasMessage("the API server does not answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a: b",
                "[]",
                "{",
                "{}",
                "{\"kind\": 1}",
                "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1\"}",
                "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1\", \"request\": []}"
            })
    void refusesWhatIsNoReview(String body) {
        assertThatThrownBy(() -> reviews.answer(body)).isInstanceOf(InvalidReviewException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "admission.k8s.io/v1, admission.k8s.io/v1beta1",
        "CREATE, DELETE",
        "'\"resource\": \"pods\"', '\"resource\": \"secrets\"'",
        "'\"operation\"', '\"subResource\": \"exec\", \"operation\"'",
        "705ab4f5, 'a b'",
        "'\"uid\"', '\"id\"'",
        "'\"namespace\": \"shop\"', '\"namespace\": \"../shop\"'",
        "'\"namespace\": \"shop\"', '\"namespace\": {}'",
        "'\"object\"', '\"subject\"'"
    })
    void refusesAReviewThatNoApiServerSends(String part, String other) {
        String review = review("shop", POD).replace(part, other);
        assertThat(review).isNotEqualTo(review("shop", POD));
        assertThatThrownBy(() -> reviews.answer(review)).isInstanceOf(InvalidReviewException.class);
    }

    private static String pod(String extra) {
        return "{\"metadata\": {}, \"spec\": {\"containers\": [], \"extra\": " + extra + "}}";
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 50_000})
    void aDeeplyNestedBodyIsRefused(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        assertThatThrownBy(() -> reviews.answer(review("other", pod(deep))))
                .isInstanceOf(InvalidReviewException.class)
                .hasMessageContaining("nested deeper than 32 levels");
    }

    @Test
    void aBodyOfManySmallValuesIsRefusedBeforeATreeIsMadeOfIt() {
        String many = "[" + "{\"\":1},".repeat(60_000) + "1]";
        assertThatThrownBy(() -> reviews.answer(review("other", pod(many))))
                .isInstanceOf(InvalidReviewException.class)
                .hasMessageContaining("more than 200000 tokens");
    }

    @Test
    void aGreatPodIsAnswered() throws Exception {
        String great = "[" + ("{\"name\":\"" + "x".repeat(300) + "\"},").repeat(4_000) + "[[[[[[]]]]]]]";
        assertThat(reviews.answer(review("other", pod(great))).outcome()).isEqualTo(Reviews.Outcome.LEFT);
    }
}
