package dev.weft.mesh.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SortedTableTest {

    @Test
    void isAfterAnyChangesWhatASortedMapIsAndSaysWhatDiffers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<Integer, String> expected = new TreeMap<>();
        SortedTable<Integer, String> table = SortedTable.empty();
        SortedTable<Integer, String> kept = table;
        TreeMap<Integer, String> keptExpected = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            int key = random.nextInt(i % 4_000 < 2_000 ? 3_000 : 300);
            if (random.nextInt(i % 4_000 < 2_000 ? 4 : 2) > 0) {
                String value = "v" + i;
                expected.put(key, value);
                table = table.with(key, value);
            } else {
                expected.remove(key);
                table = table.without(key);
            }
            if (i % 500 == 0) {
                assertThat(table.entrySet()).as("seed %d", seed).containsExactlyElementsOf(expected.entrySet());
                assertThat(kept.entrySet()).as("seed %d", seed).containsExactlyElementsOf(keptExpected.entrySet());
                assertThat(differences(kept, table)).as("seed %d", seed).isEqualTo(differing(keptExpected, expected));
                assertThat(list(table.from(key)))
                        .as("seed %d", seed)
                        .containsExactlyElementsOf(expected.tailMap(key).entrySet());
                assertThat(table.range(key, each -> each < key + 100))
                        .as("seed %d", seed)
                        .containsExactlyElementsOf(
                                expected.subMap(key, key + 100).values());
                kept = table;
                keptExpected = new TreeMap<>(expected);
            }
            assertThat(table.get(key)).as("seed %d", seed).isEqualTo(expected.get(key));
        }
        assertThat(SortedTable.copyOf(expected)).isEqualTo(table).hasSameSizeAs(table);
        assertThat(SortedTable.copyOf(table)).isSameAs(table);
    }

    @Test
    void aValueThatIsThereAlreadyChangesNothing() {
        SortedTable<String, Integer> table = SortedTable.copyOf(Map.of("a", 1));
        assertThat(table.with("a", Optional.of(1))).isSameAs(table);
        assertThat(table.with("b", Optional.empty())).isSameAs(table);
        assertThat(table.with("a", Optional.of(2)).find("a")).contains(2);
        assertThat(table.with("a", Optional.empty()).isEmpty()).isTrue();
    }

    @Test
    void cannotBeChanged() {
        SortedTable<String, String> table = SortedTable.<String, String>empty().with("a", "1");

        assertThatThrownBy(() -> table.put("b", "2")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> table.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(table).containsExactly(Map.entry("a", "1"));
    }

    private static Map<Integer, String> differences(
            SortedTable<Integer, String> former, SortedTable<Integer, String> now) {
        Map<Integer, String> found = new HashMap<>();
        now.differences(former, (key, before, after) -> found.put(key, before + " " + after));
        return found;
    }

    private static Map<Integer, String> differing(Map<Integer, String> former, Map<Integer, String> now) {
        Map<Integer, String> found = new HashMap<>();
        former.forEach((key, value) -> found.put(key, value + " " + now.get(key)));
        now.forEach((key, value) -> found.put(key, former.get(key) + " " + value));
        found.keySet().removeIf(key -> Objects.equals(former.get(key), now.get(key)));
        return found;
    }

    private static <T> List<T> list(Iterator<T> items) {
        List<T> all = new ArrayList<>();
        items.forEachRemaining(all::add);
        return all;
    }
}
