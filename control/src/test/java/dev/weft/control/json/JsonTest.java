package dev.weft.control.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

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
        Load load = new Load(LoadSettings.builder().build());
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.append((char) random.nextInt(0xd800));
            }
            assertThat(load.loadFromString(Json.write(text))).as("seed " + seed).isEqualTo(text.toString());
        }
    }
}
