package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.inject.PodPatches.Namespace;
import dev.weft.kubernetes.manifest.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sidecar may hold only what its memory limit has room for. */
final class HeldMemoryTest {

    private static final String HELD = "weft.dev/max-held";
    private static final String LIMIT = "weft.dev/proxy-memory-limit";

    private static Map<String, Object> pod(String held, String limit) {
        Map<String, Object> annotations = new HashMap<>(Map.of(HELD, held));
        if (!limit.isEmpty()) {
            annotations.put(LIMIT, limit);
        }
        return Trees.of(
                "metadata",
                Trees.of("name", "web", "annotations", annotations),
                "spec",
                Trees.of("containers", List.of(Trees.of("name", "app"))));
    }

    private static List<Map<String, Object>> patches(String limitOfNamespace, Map<String, Object> pod)
            throws InvalidPodException {
        Map<String, String> annotations = limitOfNamespace.isEmpty() ? Map.of() : Map.of(LIMIT, limitOfNamespace);
        return new PodPatches(Samples.settings())
                .of(new Namespace("shop", Map.of("weft.dev/inject", "enabled"), annotations), pod);
    }

    @ParameterizedTest
    @CsvSource({
        "64, '',        ''",
        "96, '',        192Mi",
        "96, '',        201326592",
        "96, '',        1G",
        "96, 256Mi,     ''",
        "96, 160Mi,     256Mi",
        "1,  '',        97Mi"
    })
    void aPodWhoseLimitHasRoomIsInjected(String held, String ofNamespace, String limit) throws Exception {
        assertThat(patches(ofNamespace, pod(held, limit))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "65, '',        160Mi,     160Mi",
        "96, '',        191Mi,     191Mi",
        "96, '',        201326591, 201326591",
        "96, '',        192M,      192M",
        "96, 256Mi,     160Mi,     160Mi"
    })
    void aPodWhoseLimitHasNoRoomIsRefused(String held, String ofNamespace, String limit, String shown) {
        assertThatThrownBy(() -> patches(ofNamespace, pod(held, limit)))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("annotation weft.dev/max-held: " + held
                        + " (expected: at least 96 MiB less than weft.dev/proxy-memory-limit, which is " + shown
                        + "; WEFT-K025)");
    }

    @Test
    void aManifestIsRefusedToo() {
        assertThatThrownBy(() -> new PodInjection(Samples.settings()).inject("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop, annotations: {weft.dev/max-held: '80', weft.dev/proxy-memory-limit: 160Mi}}
                spec: {containers: [{name: app, image: nginx}]}
                """))
                .isInstanceOf(InvalidPodException.class)
                .hasMessageContaining("WEFT-K025");
    }

    /** Its sidecar holds less by itself, and a pod that ran before can be created again. */
    @ParameterizedTest
    @CsvSource({"80, ''", "96, 180Mi", "96, lots"})
    void aPodThatDoesNotSetTheLimitIsInjected(String held, String ofNamespace) throws Exception {
        assertThat(patches(ofNamespace, pod(held, ""))).isNotEmpty();
    }

    @Test
    void aPodThatDoesNotChooseItIsLeftAlone() throws Exception {
        Map<String, Object> pod = Trees.of(
                "metadata",
                Trees.of("name", "web", "annotations", Trees.of(LIMIT, "128Mi")),
                "spec",
                Trees.of("containers", List.of(Trees.of("name", "app"))));
        assertThat(patches("", pod)).isNotEmpty();
    }
}
