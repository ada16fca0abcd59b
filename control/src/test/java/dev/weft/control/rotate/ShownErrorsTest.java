package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShownErrorsTest {

    private static List<String> errors(int count) {
        return IntStream.range(0, count).mapToObj(i -> "error " + i).toList();
    }

    @Test
    void saysHowManyAreLeftOut() {
        List<String> shown = ShownErrors.of(errors(ShownErrors.MOST + 7));
        assertThat(shown).hasSize(ShownErrors.MOST + 1).startsWith("error 0");
        assertThat(shown.getLast()).startsWith("and 7 more errors: ");
        assertThat(ShownErrors.of(errors(ShownErrors.MOST))).isEqualTo(errors(ShownErrors.MOST));
    }

    @Test
    void shortensALongOne() {
        assertThat(ShownErrors.of(List.of("x".repeat(ShownErrors.LONGEST + 1))))
                .containsExactly("x".repeat(ShownErrors.LONGEST - 1) + "…");
        assertThat(ShownErrors.of(List.of("x".repeat(ShownErrors.LONGEST))))
                .containsExactly("x".repeat(ShownErrors.LONGEST));
    }

    @Test
    void letsNoObjectSteerTheTerminal() {
        assertThat(ShownErrors.of(List.of("a\u001b[2Jb\nc\u202ed"))).containsExactly("a [2Jb c d");
    }
}
