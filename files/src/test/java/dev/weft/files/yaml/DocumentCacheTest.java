package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.DocumentCache.Part;
import dev.weft.mesh.model.SelectingPolicy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DocumentCacheTest {

    private static final Path FILE = Path.of("mesh.yaml");
    private static final int OBJECTS = 10_000;

    @Test
    void splitsAtTheMarksOfDocumentsAndNowhereElse() {
        assertThat(DocumentCache.split("a: 1\n---\nb: 2\n--- # c\nc: 3\n----\n ---\n"))
                .containsExactly(
                        new Part("a: 1\n", 0), new Part("---\nb: 2\n", 1), new Part("--- # c\nc: 3\n----\n ---\n", 3));
        assertThat(DocumentCache.split("---\na: 1\n---"))
                .containsExactly(new Part("---\na: 1\n", 0), new Part("---", 2));
        assertThat(DocumentCache.split("")).containsExactly(new Part("", 0));
        for (String whole : List.of("a: 1\n...\n---\nb: 2\n", "%YAML 1.2\n---\na: 1\n")) {
            assertThat(DocumentCache.split(whole)).containsExactly(new Part(whole, 0));
        }
    }

    @Test
    void whatWasReadBeforeSaysTheSameOnOtherLines() {
        String text = policies(20);
        Parsed first = RegistryFiles.parse(FILE, text);
        String shifted = "# one more line\n" + text + "---\n" + policy("z") + "---\n" + policy("p3");

        Parsed again = RegistryFiles.parse(FILE, shifted, first.documents());
        assertThat(again).isEqualTo(RegistryFiles.parse(FILE, shifted));
        assertThat(again.errors().toString()).contains("AuthorizationPolicy shop/p3: the object is there twice");

        String broken = text.replace("{name: p7,", "{nam: p7,");
        Parsed wrong = RegistryFiles.parse(FILE, broken, first.documents());
        assertThat(wrong).isEqualTo(RegistryFiles.parse(FILE, broken));
        assertThat(wrong.errors()).isNotEmpty();
        assertThat(RegistryFiles.parse(FILE, broken, wrong.documents()).errors())
                .isEqualTo(wrong.errors());
        assertThat(RegistryFiles.parse(FILE, text, wrong.documents())).isEqualTo(first);
    }

    /** An object that is read again is another instance. */
    @Test
    void readsOfTenThousandObjectsOnlyTheOneThatIsNew() {
        String text = policies(OBJECTS);
        Parsed first = RegistryFiles.parse(FILE, text);
        assertThat(first.objects().policies()).hasSize(OBJECTS);

        String changed = text.replace("{name: p77,", "{name: q77,");
        Parsed again = RegistryFiles.parse(FILE, changed, first.documents());
        assertThat(again.lines()).containsKey("AuthorizationPolicy shop/q77");
        Set<SelectingPolicy> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(first.objects().policies().values());
        assertThat(again.objects().policies()).hasSize(OBJECTS);
        assertThat(again.objects().policies().values())
                .filteredOn(policy -> !before.contains(policy))
                .extracting(policy -> policy.policy().name())
                .containsExactly("q77");
    }

    private static String policies(int count) {
        return IntStream.range(0, count).mapToObj(n -> policy("p" + n)).collect(Collectors.joining("---\n"));
    }

    private static String policy(String name) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: api}}
                  action: Allow
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/web
                """.formatted(name);
    }
}
