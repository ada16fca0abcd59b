package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much one text lists. */
final class ShortListTest {

    private static String some(int names) {
        List<String> all = IntStream.range(0, names).mapToObj(i -> "n" + i).toList();
        return ShortList.of(all);
    }

    @Test
    void aTextListsTwentyNamesAndCountsTheOthers() {
        assertThat(some(23)).startsWith("n0, n1, ").endsWith(", n19 and 3 more");
        assertThat(some(20)).endsWith(", n19");
        assertThat(some(0)).isEmpty();
    }
}
