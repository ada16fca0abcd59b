package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a person reads whose file is no YAML. */
final class YamlMessagesTest {

    private static String error(String yaml) {
        return RegistryFiles.parse(Path.of("m.yaml"), yaml).errors().toString();
    }

    @Test
    void saysInWordsForPeopleWhatIsWrong() {
        Map<String, String> words = Map.of(
                "a: 1\n  b: 2\n", "a second ':' in a line",
                "a:\n  - x\n y: 1\n", "not indented as those above it",
                "a:\n\tb: 1\n", "a tab",
                "a: [1, 2\nb: 3\n", "is missing",
                "a: 'x\n", "a quote that is not closed",
                "a: @x\n", "cannot begin with @",
                "a: 1\nkey\nb: 2\n", "a key without ':'");
        words.forEach((yaml, said) ->
                assertThat(error(yaml)).as(yaml).contains("not YAML: ").contains(said));
    }

    @Test
    void saysWhereAKeyIsAListOrAMap() {
        assertThat(error("a: 1\nb:\n  [x, y]: 1\n")).contains("m.yaml:3: ", "a list or a map as a key");
        assertThat(error("a: {b: 1}\n? {c: d}\n: e\n")).contains("m.yaml:2: ", "a list or a map as a key");
    }

    @Test
    void saysWhichOfSeveralIsFirst() {
        assertThat(error("a: &a [1]\n[x]: 1\nb: *a\n"))
                .contains("m.yaml:2: ", "a list or a map as a key")
                .doesNotContain("'*a'");
        assertThat(error("a: &a [1]\nb: *a\n[x]: 1\n"))
                .contains("m.yaml:2: ", "'*a' stands for a list or a map")
                .doesNotContain("as a key");
    }

    @Test
    void noneHasTheGrammarOfTheParserInIt() {
        for (String yaml :
                new String[] {"a:\n  - x\n y: 1\n", "a: 1\n  b: 2\n", "a: [1\n", "- a\nb: 1\n", "a: {b\n", "%x\n"}) {
            assertThat(error(yaml)).as(yaml).doesNotContain("<", "token", "block");
        }
    }

    @Test
    void keepsTheParsersWordsWhereThereAreNone() {
        assertThat(YamlFaults.plain("something new")).isEqualTo("something new");
    }
}
