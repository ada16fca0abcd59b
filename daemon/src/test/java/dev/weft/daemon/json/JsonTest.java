package dev.weft.daemon.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    @Test
    void writesEveryKindOfValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", List.of(true, "x", 2L));
        map.put("c", null);
        map.put("d", Arrays.asList((Object) null));
        map.put("e", Map.of());
        assertThat(Json.write(map)).isEqualTo("{\"a\":1,\"b\":[true,\"x\",2],\"c\":null,\"d\":[null],\"e\":{}}");
    }

    @Test
    void writesOtherTypesByTheirText() {
        assertThat(Json.write(Path.of("/a/b"))).isEqualTo("\"/a/b\"");
    }

    @Test
    void escapesWhatMayNotStandInAString() {
        assertThat(Json.write("\"\\\n\r\t\u0000\u007f\ud800")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u007f\\ud800\"");
    }

    @Test
    void writesStringsThatReadBackTheSame() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.append((char) random.nextInt(0xd800));
            }
            assertThat(Json.read(Json.write(text))).as("seed " + seed).isEqualTo(text.toString());
        }
    }

    @Test
    void readsWhatItWrites() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", List.of(true, "x", 1L << 40, Map.of("c", List.of())));
        map.put("d", null);
        assertThat(Json.read(Json.write(map))).isEqualTo(map);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1,}", "[1 2]", "{a: 1}", "'a'", "{} {}", "# a", "{\"a\":1,\"a\":2}", "]"})
    void refusesWhatIsNotJsonWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageMatching("not JSON, line [12], column \\d+");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
        assertThat(Json.read(deepest)).isInstanceOf(List.class);
        assertThatThrownBy(() -> Json.read("[" + deepest + "]")).isInstanceOf(IllegalArgumentException.class);
    }
}
