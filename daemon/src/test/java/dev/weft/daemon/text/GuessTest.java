package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GuessTest {

    private static final List<String> NAMES = List.of("shop/web", "shop/api", "shop/batch", "bank/ledger");

    @Test
    void findsANameWithTwoLettersSwapped() {
        assertThat(Guess.near("shop/wbe", NAMES)).first().isEqualTo("shop/web");
        assertThat(Guess.distance("shop/wbe", "shop/web")).isEqualTo(1);
    }

    @Test
    void findsNothingThatIsFarAway() {
        assertThat(Guess.near("zebra", NAMES)).isEmpty();
    }

    @Test
    void asksAboutTheNearestFirst() {
        assertThat(Guess.question(Guess.near("shop/bath", NAMES))).startsWith("did you mean shop/batch");
        assertThat(Guess.question(List.of())).isEmpty();
    }

    @Test
    void countsInsertionsDeletionsAndReplacements() {
        assertThat(Guess.distance("", "abc")).isEqualTo(3);
        assertThat(Guess.distance("abc", "abc")).isZero();
        assertThat(Guess.distance("kitten", "sitting")).isEqualTo(3);
    }
}
