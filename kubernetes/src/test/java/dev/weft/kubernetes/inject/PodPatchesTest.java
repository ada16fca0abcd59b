package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.inject.PodPatches.Namespace;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The webhook makes the same pod of a pod as the function, and so as the policy ({@link RecordedPodsTest}). */
final class PodPatchesTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final Namespace MESH = new Namespace("shop", Map.of("weft.dev/inject", "enabled"), Map.of());

    private static InjectionSettings settings(Inbound inbound) {
        InjectionSettings usual = Samples.settings();
        return new InjectionSettings(
                usual.image(), usual.pullPolicy(), usual.trustDomain(), usual.clusterDomain(), inbound);
    }

    private static List<Map<String, Object>> patches(Namespace namespace, String pod) throws InvalidPodException {
        return new PodPatches(settings(Inbound.PERMISSIVE)).of(namespace, tree(pod));
    }

    private static Map<String, Object> tree(String yaml) {
        return YamlText.trees(yaml).getFirst();
    }

    private static String pod(String metadata, String spec) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: web" + metadata + "}, spec: {containers: [{name: web}]"
                + spec + "}}";
    }

    private static Pod model(Map<String, Object> tree) {
        return SERIALIZATION.unmarshal(YamlText.write(List.of(tree)), Pod.class);
    }

    static List<String> recorded() {
        return Samples.RECORDED;
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void makeThePodThatTheFunctionMakes(String name) throws Exception {
        String text = Samples.text("recorded/" + name + ".yaml");
        Pod made = SERIALIZATION.unmarshal(
                new PodInjection(Samples.settings()).inject(text).text(), Pod.class);

        assertThat(model(Patched.by(patches(MESH, text), tree(text)))).isEqualTo(made);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void changeNothingTheSecondTime(String name) throws Exception {
        Map<String, Object> pod = tree(Samples.text("recorded/" + name + ".yaml"));
        PodPatches patches = new PodPatches(settings(Inbound.STRICT));
        Map<String, Object> once = Patched.by(patches.of(MESH, pod), pod);

        assertThat(patches.of(MESH, once)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "enabled,  '',                                              true",
        "enabled,  ', labels: {weft.dev/inject: disabled}',         false",
        "enabled,  ', annotations: {weft.dev/inject: disabled}',    false",
        "disabled, '',                                              false",
        "disabled, ', labels: {weft.dev/inject: enabled}',          true",
        "disabled, ', annotations: {weft.dev/inject: enabled}',     true",
        "on,       '',                                              false"
    })
    void arePodsThatAskOrWhoseNamespaceDoes(String ofNamespace, String metadata, boolean injected) throws Exception {
        Namespace namespace = new Namespace("shop", Map.of("weft.dev/inject", ofNamespace), Map.of());
        assertThat(patches(namespace, pod(metadata, ""))).hasSize(injected ? 7 : 0);
    }

    @Test
    void leavePodsOfTheControlPlaneAndThoseInTheNetworkOfTheirNode() throws Exception {
        for (String never : List.of("weft-system", "kube-system")) {
            assertThat(patches(
                            new Namespace(never, Map.of("weft.dev/inject", "enabled"), Map.of()),
                            pod(", labels: {weft.dev/inject: enabled}", "")))
                    .isEmpty();
        }
        assertThat(patches(MESH, pod("", ", hostNetwork: true"))).isEmpty();
        assertThat(patches(MESH, pod("", ", os: {name: windows}"))).isEmpty();
        assertThat(patches(MESH, pod("", ", os: {name: linux}"))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PERMISSIVE, '',         '',         false, false",
        "PERMISSIVE, strict,     '',         true,  false",
        "PERMISSIVE, strict,     permissive, false, false",
        "STRICT,     '',         '',         true,  true",
        "STRICT,     permissive, '',         false, false",
        "STRICT,     permissive, strict,     true,  false",
        "PERMISSIVE, strickt,    '',         true,  false",
        "STRICT,     '',         permissive, false, false"
    })
    void areStrictAsThePodElseTheNamespaceElseTheInstallationSays(
            Inbound installed, String ofNamespace, String ofPod, boolean strict, boolean said) throws Exception {
        Map<String, Object> pod = tree(pod(annotations(ofPod), ""));
        Namespace namespace = new Namespace("shop", MESH.labels(), inbound(ofNamespace));
        Pod made = model(Patched.by(new PodPatches(settings(installed)).of(namespace, pod), pod));

        assertThat(made.getSpec().getInitContainers().getFirst().getEnv())
                .filteredOn(variable -> variable.getName().equals("WEFT_STRICT"))
                .singleElement()
                .satisfies(variable -> assertThat(variable.getValue()).isEqualTo(String.valueOf(strict)));
        assertThat(ofPod.isEmpty() && made.getMetadata().getAnnotations().containsKey("weft.dev/inbound"))
                .isEqualTo(said);
    }

    private static String annotations(String inbound) {
        return inbound.isEmpty() ? "" : ", annotations: {weft.dev/inbound: " + inbound + "}";
    }

    private static Map<String, String> inbound(String word) {
        return word.isEmpty() ? Map.of() : Map.of("weft.dev/inbound", word);
    }

    @ParameterizedTest
    @CsvSource({
        "'',       '',       false",
        "enabled,  '',       true",
        "enabled,  disabled, false",
        "disabled, enabled,  true",
        "'',       enabled,  true"
    })
    void haveTheWorkloadApiAsThePodElseTheNamespaceSays(String ofNamespace, String ofPod, boolean has)
            throws Exception {
        Map<String, Object> pod = tree(pod(
                ofPod.isEmpty() ? "" : ", annotations: {weft.dev/workload-api: " + ofPod + "}",
                ", initContainers: [{name: first}]"));
        Namespace namespace = new Namespace(
                "shop", MESH.labels(), ofNamespace.isEmpty() ? Map.of() : Map.of("weft.dev/workload-api", ofNamespace));
        Pod made = model(Patched.by(new PodPatches(settings(Inbound.PERMISSIVE)).of(namespace, pod), pod));

        for (Container own : List.of(
                made.getSpec().getContainers().getFirst(),
                made.getSpec().getInitContainers().getLast())) {
            assertThat(own.getVolumeMounts()).hasSize(has ? 1 : 0);
            assertThat(own.getEnv())
                    .extracting(EnvVar::getValue)
                    .isEqualTo(has ? List.of("unix:///var/run/weft/workload-api/spiffe/api.sock") : List.of());
        }
        assertThat(made.getSpec().getVolumes()).hasSize(has ? 4 : 3);
    }

    @Test
    void refuseAPodWhoseContainersAreNone() {
        for (String spec : List.of("{containers: [a]}", "{containers: {}}", "{containers: [{name: a, env: {}}]}")) {
            assertThatThrownBy(() -> patches(
                            MESH, "{metadata: {annotations: {weft.dev/workload-api: enabled}}, spec: " + spec + "}"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void setWhatTheNamespaceSaysOfTheSidecarsReportsWhereThePodSaysNothing() throws Exception {
        Namespace namespace = new Namespace(
                "shop",
                MESH.labels(),
                Map.of("weft.dev/otlp-endpoint", "http://10.0.0.7:4318", "weft.dev/trace-ratio", "0.25"));
        assertThat(patches(namespace, pod(", annotations: {weft.dev/trace-ratio: '1'}", ""))
                        .toString())
                .containsPattern("WEFT_OTLP_ENDPOINT\"?[^}]*http://10.0.0.7:4318")
                .containsPattern("WEFT_TRACE_RATIO\"?[^}]*value=1[,}]")
                .containsPattern("WEFT_ACCESS_LOG_CALLS\"?[^}]*false");
    }

    /** The namespace may be older than the policy that refuses such annotations. */
    @ParameterizedTest
    @CsvSource({
        "weft.dev/trace-ratio,      2,           WEFT_TRACE_RATIO,      0.01",
        "weft.dev/otlp-endpoint,    https://c,   WEFT_OTLP_ENDPOINT,    ''",
        "weft.dev/access-log-calls, yes,         WEFT_ACCESS_LOG_CALLS, false",
        "weft.dev/detect-http,      11s,         WEFT_DETECT_HTTP,      20ms",
        "weft.dev/detect-http,      0s,          WEFT_DETECT_HTTP,      0s",
        "weft.dev/detect-declared,  0s,          WEFT_DETECT_DECLARED,  300ms",
        "weft.dev/first-head,       11m,         WEFT_FIRST_HEAD,       10s",
        "weft.dev/first-head,       30s,         WEFT_FIRST_HEAD,       30s",
        "weft.dev/connect-timeout,  61s,         WEFT_CONNECT_TIMEOUT,  5s",
        "weft.dev/http-idle,        11m,         WEFT_HTTP_IDLE,        3s",
        "weft.dev/http-idle,        1m,          WEFT_HTTP_IDLE,        1m",
        "weft.dev/http-connect,     allow,       WEFT_HTTP_CONNECT,     refuse",
        "weft.dev/http-connect,     tunnel,      WEFT_HTTP_CONNECT,     tunnel",
        "weft.dev/http-head,        7,           WEFT_HTTP_HEAD,        32",
        "weft.dev/http-head,        256,         WEFT_HTTP_HEAD,        256",
        "weft.dev/http-fields,      1001,        WEFT_HTTP_FIELDS,      100",
        "weft.dev/http-fields,      1000,        WEFT_HTTP_FIELDS,      1000",
        "weft.dev/denial-reasons,   some,        WEFT_DENIAL_REASONS,   identified",
        "weft.dev/denial-reasons,   none,        WEFT_DENIAL_REASONS,   none",
        "weft.dev/peer-silence,     0s,          WEFT_PEER_SILENCE,     10s",
        "weft.dev/peer-silence,     1m,          WEFT_PEER_SILENCE,     1m",
        "weft.dev/max-sessions,     100000,      WEFT_MAX_SESSIONS,     16384",
        "weft.dev/max-sessions,     500,         WEFT_MAX_SESSIONS,     500",
        "weft.dev/max-held,         128,         WEFT_MAX_HELD,         64",
        "weft.dev/max-held,         96,          WEFT_MAX_HELD,         96"
    })
    void setTheDefaultWhereTheNamespaceSaysWhatASidecarCannotStartWith(
            String annotation, String value, String variable, String expected) throws Exception {
        Namespace namespace = new Namespace("shop", MESH.labels(), Map.of(annotation, value));
        Map<String, Object> pod = tree(pod("", ""));
        Pod made = model(Patched.by(new PodPatches(settings(Inbound.PERMISSIVE)).of(namespace, pod), pod));

        assertThat(made.getSpec().getInitContainers().getLast().getEnv())
                .filteredOn(each -> each.getName().equals(variable))
                .singleElement()
                .extracting(EnvVar::getValue)
                .isEqualTo(expected);
    }

    @Test
    void refuseAValueWithoutEnd() {
        String endless = "http://" + "a.".repeat(100_000) + "a";
        assertThatThrownBy(() -> patches(MESH, pod(", annotations: {weft.dev/otlp-endpoint: '" + endless + "'}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessageStartingWith("annotation weft.dev/otlp-endpoint: a value of 200008 characters (expected: ");
    }

    @Test
    void setWhatThePodSaysOfTheSidecarsReports() throws Exception {
        String said = ", annotations: {weft.dev/otlp-endpoint: 'http://10.0.0.7:4318', weft.dev/trace-ratio: '0.25'}";
        assertThat(patches(MESH, pod(said, "")).toString())
                .containsPattern("WEFT_OTLP_ENDPOINT\"?[^}]*http://10.0.0.7:4318")
                .containsPattern("WEFT_TRACE_RATIO\"?[^}]*0.25")
                .containsPattern("WEFT_ACCESS_LOG_CALLS\"?[^}]*false");
        assertThatThrownBy(() -> patches(MESH, pod(", annotations: {weft.dev/trace-ratio: '2'}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("annotation weft.dev/trace-ratio: 2 (expected: a number from 0 to 1)");
    }

    @Test
    void refuseInTheWordsOfThePolicy() {
        assertThatThrownBy(() -> patches(MESH, pod(", annotations: {weft.dev/log-level: loud}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("annotation weft.dev/log-level: loud (expected: error, warn, info, debug, or trace)");
        assertThatThrownBy(() -> patches(MESH, pod(", annotations: {weft.dev/imbound: strict}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessageStartingWith("unknown annotation weft.dev/imbound (expected: weft.dev/inject, ");
        assertThatThrownBy(() -> patches(MESH, pod(", labels: {weft.dev/inbound: strict}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessageStartingWith("unknown label weft.dev/inbound (expected: weft.dev/inject; ");
    }

    @ParameterizedTest
    @CsvSource({
        "'{metadata: {}}',                                        spec",
        "'{spec: {}}',                                            metadata",
        "'{metadata: {labels: {a: 1}}, spec: {}}',                labels",
        "'{metadata: {annotations: {a: {}}}, spec: {}}',          annotations",
        "'{metadata: {labels: []}, spec: {}}',                    labels",
        "'{metadata: {}, spec: {initContainers: {}}}',            initContainers",
        "'{metadata: {}, spec: {initContainers: [a]}}',           init container"
    })
    void refuseWhatIsNoPod(String pod, String what) {
        assertThatThrownBy(() -> patches(MESH, pod))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what);
    }

    @Test
    void refuseAPodWithoutEndOfLabels() {
        Map<String, Object> labels = Trees.of();
        for (int i = 0; i <= 1000; i++) {
            labels.put("label-" + i, "");
        }
        Map<String, Object> pod = Trees.of("metadata", Trees.of("labels", labels), "spec", Trees.of());
        assertThatThrownBy(() -> new PodPatches(settings(Inbound.STRICT)).of(MESH, pod))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 1000");
    }
}
