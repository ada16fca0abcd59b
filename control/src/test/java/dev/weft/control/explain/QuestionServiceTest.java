package dev.weft.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AnalyzedObject;
import dev.weft.control.analyze.Finding;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much one answer holds. */
final class QuestionServiceTest {

    private static List<AnalyzedObject> told(int findings) {
        return QuestionService.messages(IntStream.range(0, findings)
                .mapToObj(i -> new Finding("WEFT-P006", "", 0, "AuthorizationPolicy shop/p" + i, "so it is", "mend it"))
                .toList());
    }

    @Test
    void listsSoManyFindingsAndCountsTheOthers() {
        assertThat(told(QuestionService.MOST_FINDINGS + 7))
                .hasSize(QuestionService.MOST_FINDINGS)
                .last()
                .extracting(AnalyzedObject::getProblem)
                .isEqualTo("so it is (and 7 more findings, which are not listed)");
    }

    @Test
    void countsNoOthersWhereThereAreNone() {
        assertThat(told(QuestionService.MOST_FINDINGS))
                .hasSize(QuestionService.MOST_FINDINGS)
                .last()
                .extracting(AnalyzedObject::getProblem)
                .isEqualTo("so it is");
        assertThat(told(0)).isEmpty();
    }
}
