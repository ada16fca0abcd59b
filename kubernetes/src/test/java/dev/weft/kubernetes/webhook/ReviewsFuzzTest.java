package dev.weft.kubernetes.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.daemon.json.Json;
import dev.weft.kubernetes.inject.PodPatches;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import java.io.IOException;
import java.util.Map;

/** Whatever is sent to the webhook is refused as no review, or answered for the uid that it has. */
class ReviewsFuzzTest {
    private static final Reviews REVIEWS = new Reviews(
            new PodPatches(Samples.settings()),
            name -> new PodPatches.Namespace(name, Map.of("weft.dev/inject", "enabled"), Map.of()));

    @FuzzTest
    void anyBodyIsRefusedOrAnsweredForItsUid(byte[] body) throws IOException {
        String text = new String(body, UTF_8);
        Reviews.Answer answer;
        try {
            answer = REVIEWS.answer(text);
        } catch (InvalidReviewException _) {
            return;
        }
        Map<String, Object> response = Trees.map(Trees.asMap(Json.read(answer.json()), "answer"), "response");
        assertThat(text).contains(String.valueOf(response.get("uid")));
        assertThat(response.get("allowed")).isEqualTo(answer.outcome() != Reviews.Outcome.REFUSED);
    }
}
