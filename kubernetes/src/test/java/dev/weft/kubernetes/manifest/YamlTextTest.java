package dev.weft.kubernetes.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yes",
                "No",
                "ON",
                "off",
                "y",
                "true",
                "null",
                "~",
                "1",
                "0x10",
                "0644",
                "1e3",
                "1_000",
                ".5",
                ".inf",
                "2026-01-01",
                "a: b",
                "a:",
                "a #b",
                "#a",
                "- a",
                "[a]",
                "{a}",
                "*a",
                "&a",
                "!a",
                "%a",
                "@a",
                "`a",
                "'a'",
                "\"a\"",
                "a\\b",
                "a\nb\n",
                "  a\nb",
                "\ttab",
                "é",
                "weft",
                "/usr/bin",
                "a.b/c:1",
                "<<",
                "=",
                "?",
                "a\u0007"
            })
    void aTextStaysThatText(String text) {
        Map<String, Object> tree = Trees.of("key", text);
        String written = YamlText.write(List.of(tree));
        assertThat(YamlText.trees(written)).containsExactly(tree);
        // What kubectl would read as something else is quoted.
        if (text.length() < 12 && !List.of("weft", "/usr/bin", "a.b/c:1").contains(text) && !text.contains("\n")) {
            assertThat(written).matches("key: [\"'].*[\"']\n");
        }
    }

    @Test
    void writesNumbersTruthAndEmptyCollections() {
        assertThat(YamlText.write(List.of(Trees.of("a", 1, "b", true, "c", List.of(), "d", Map.of()))))
                .isEqualTo("a: 1\nb: true\nc: []\nd: {}\n");
    }

    @Test
    void refusesValuesThatManifestsDoNotHave() {
        assertThatThrownBy(() -> YamlText.write(List.of(Trees.of("a", 1.5))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void dividesDocuments() {
        assertThat(YamlText.documents("a: 1\n---\nb: |\n  --- x\n--- {c: 1}\n...\n---\n\n"))
                .containsExactly("a: 1\n", "b: |\n  --- x\n", "{c: 1}\n");
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> YamlText.read("#".repeat(YamlText.MAX_CHARACTERS + 1)))
                .isInstanceOf(InvalidManifestException.class)
                .hasMessageContaining("expected: at most");
    }

    @Test
    void refusesAliasesWithoutEnd() {
        StringBuilder bomb = new StringBuilder("a: &a [x]\n");
        for (int i = 0; i < 60; i++) {
            bomb.append("b").append(i).append(": [*a, *a]\n");
        }
        assertThat(bomb).hasSizeLessThan(2000);
        assertThatThrownBy(() -> YamlText.trees(bomb + "c: *c\n")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void saysWhatIsMissingInATree() {
        assertThatThrownBy(() -> Trees.map(Map.of(), "spec"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("spec: not there, or no map");
        assertThatThrownBy(() -> Trees.list(Map.of("a", "b"), "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a: not there, or no list");
    }
}
