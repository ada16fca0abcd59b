package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.json.Json;
import dev.weft.kubernetes.inject.PodInjection.Result;
import dev.weft.kubernetes.manifest.InvalidManifestException;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PodInjectionTest {

    private final PodInjection injection = new PodInjection(Samples.settings());

    private static String pod(String metadata, String spec) {
        return """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop%s}
            spec:%s
              containers:
              - {name: app, image: nginx}
            """.formatted(metadata, spec);
    }

    private static String withContainer(String kind, String path) {
        StringBuilder text = new StringBuilder("kind: " + kind + "\nmetadata: {name: web}\n");
        String indent = "";
        for (String name : path.split("/", -1)) {
            text.append(indent).append(name).append(":\n");
            indent += "  ";
        }
        return text + indent + "containers: [{name: app, image: nginx}]\n";
    }

    private Result inject(String text) throws Exception {
        return injection.inject(text);
    }

    @Test
    void changesPodsAndNothingElseInAFile() throws Exception {
        Result result = inject(Samples.text("shop.yaml"));

        assertThat(result.text()).isEqualTo(Samples.text("shop.injected.yaml"));
        assertThat(result.changed()).isEqualTo(2);
        assertThat(result.remarks())
                .containsExactly("deployment shop/web gets a sidecar", "cronjob shop/nightly gets a sidecar");
    }

    @Test
    void takesAwayExactlyWhatItGave() throws Exception {
        Result back = PodInjection.uninject(Samples.text("shop.injected.yaml"));

        assertThat(back.text()).isEqualTo(Samples.text("shop.yaml"));
        assertThat(back.changed()).isEqualTo(2);
    }

    @Test
    void leavesAPodThatHasASidecarToTheLetter() throws Exception {
        String once = inject(Samples.text("shop.yaml")).text();
        Result twice = inject(once);

        assertThat(twice.text()).isEqualTo(once);
        assertThat(twice.changed()).isZero();
        assertThat(twice.remarks()).contains("deployment shop/web has a sidecar already");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Deployment spec/template/spec",
                "StatefulSet spec/template/spec",
                "DaemonSet spec/template/spec",
                "ReplicaSet spec/template/spec",
                "Job spec/template/spec",
                "CronJob spec/jobTemplate/spec/template/spec",
                "Pod spec"
            })
    void findsThePodsOfEachKind(String kind) throws Exception {
        String text = withContainer(kind.split(" ", -1)[0], kind.split(" ", -1)[1]);
        assertThat(inject(text).changed()).isOne();
        assertThat(PodInjection.uninject(inject(text).text()).text()).isEqualTo(text);
    }

    @Test
    void findsPodsInAList() throws Exception {
        Result result = inject("""
            kind: List
            items:
            - kind: Service
              metadata: {name: web}
            - kind: Pod
              metadata: {name: web}
              spec: {containers: [{name: app, image: nginx}]}
            - kind: Pod
              metadata: {name: api}
              spec: {containers: [{name: app, image: nginx}]}
            """);
        assertThat(result.remarks()).containsExactly("pod web gets a sidecar", "pod api gets a sidecar");
        assertThat(result.text()).containsPattern("(?s)weft-proxy.*weft-proxy");
    }

    /** kubectl takes a text that begins with a brace for JSON, and for nothing else. */
    @Test
    void whatCameAsJsonStaysJson() throws Exception {
        String text =
                "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"annotations\":{\"weft.dev/workload-api\":\"enabled\"}},"
                        + "\"spec\":{\"hostNetwork\":false,\"priority\":1,\"containers\":[{\"name\":\"app\",\"command\":[\"a\\nb\"]}]}}";
        Result result = inject(text);
        assertThat(result.changed()).isOne();
        Map<String, Object> pod = Trees.asMap(Json.read(result.text()), "pod");
        assertThat(Trees.map(pod, "spec")).containsEntry("hostNetwork", false).containsKey("volumes");
        assertThat(Json.write(Json.read(PodInjection.uninject(result.text()).text())))
                .isEqualTo(Json.write(Json.read(text)));
    }

    @Test
    void leavesPodsThatDoNotWantOne() throws Exception {
        for (String metadata :
                new String[] {", labels: {weft.dev/inject: disabled}", ", annotations: {weft.dev/inject: disabled}"}) {
            String text = pod(metadata, "");
            assertThat(inject(text).text()).isEqualTo(text);
            assertThat(inject(text).remarks()).singleElement().asString().contains("weft.dev/inject is disabled");
        }
        assertThat(inject(pod(", labels: {weft.dev/inject: enabled}, annotations: {weft.dev/inject: disabled}", ""))
                        .changed())
                .isOne();
    }

    @Test
    void leavesPodsThatCannotHaveOne() throws Exception {
        for (String text : new String[] {
            pod("", "\n  hostNetwork: true"),
            pod("", "\n  os: {name: windows}"),
            pod(", annotations: {kubernetes.io/config.mirror: x}", ""),
            pod("", "").replace("shop", "kube-system"),
            pod("", "").replace("shop", "weft-system")
        }) {
            assertThat(inject(text).text()).isEqualTo(text);
            assertThat(inject(text).remarks()).singleElement().asString().contains("pod ");
        }
    }

    @Test
    void takesTheWorkloadApiAwayWithTheSidecarAndNothingElse() throws Exception {
        String text = """
            kind: Deployment
            metadata:
              name: web
            spec:
              template:
                metadata:
                  annotations:
                    weft.dev/workload-api: enabled
                spec:
                  containers:
                  - name: app
                    env:
                    - name: A
                      value: b
                  - name: bare
                  - name: with-its-own
                    env:
                    - name: SPIFFE_ENDPOINT_SOCKET
                      value: unix:///run/spire/agent.sock
            """;
        String injected = inject(text).text();
        assertThat(injected)
                .containsOnlyOnce("SPIFFE_ENDPOINT_SOCKET\n          value: unix:///run/spire/agent.sock")
                .contains("WEFT_WORKLOAD_API_SOCKET");
        assertThat(injected.split("mountPath: /var/run/weft/workload-api", -1)).hasSize(4);
        assertThat(PodInjection.uninject(injected).text()).isEqualTo(text);
    }

    @Test
    void saysByTheInstallationWhetherPlaintextComesIn() throws Exception {
        PodInjection strict = strict();
        assertThat(strict.inject(pod("", "")).text()).contains("name: WEFT_STRICT\n      value: \"true\"");
        assertThat(strict.inject(pod(", annotations: {weft.dev/inbound: permissive}", ""))
                        .text())
                .contains("name: WEFT_STRICT\n      value: \"false\"");
        assertThat(inject(pod("", "")).text()).contains("name: WEFT_STRICT\n      value: \"false\"");
    }

    /** Otherwise only its init container would be strict: the sidecar is told what the annotations say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | strict",
                "', annotations: {a: b}' | strict",
                "', annotations: null' | strict",
                "', annotations: {weft.dev/inbound: permissive}' | permissive"
            })
    void aStrictPodSaysThatItIs(String metadata, String said) throws Exception {
        String text = strict().inject(pod(metadata, "")).text();
        Map<String, Object> pod = YamlText.trees(text).getFirst();
        assertThat(Trees.map(Trees.map(pod, "metadata"), "annotations"))
                .containsEntry("weft.dev/inbound", said)
                .hasSize(metadata.contains("a: b") ? 2 : 1);
        assertThat(strict().inject(text).text()).isEqualTo(text);
    }

    @Test
    void aStrictTemplateWithoutMetadataGetsSome() throws Exception {
        String text = strict().inject(withContainer("Deployment", "spec/template/spec"))
                .text();
        Map<String, Object> template = Trees.map(Trees.map(YamlText.trees(text).getFirst(), "spec"), "template");
        assertThat(template).containsEntry("metadata", Map.of("annotations", Map.of("weft.dev/inbound", "strict")));
        assertThat(inject(withContainer("Deployment", "spec/template/spec")).text())
                .doesNotContain("annotations");
    }

    private static PodInjection strict() {
        return new PodInjection(new InjectionSettings(
                "weft:1.0", "Never", Samples.settings().trustDomain(), "cluster.local", Inbound.STRICT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weft.dev/injekt: enabled",
                "weft.dev/inject: yes",
                "weft.dev/inbound: open",
                "weft.dev/skip-inbound-ports: '0'",
                "weft.dev/skip-inbound-ports: '65536'",
                "weft.dev/skip-outbound-ports: 80-90",
                "weft.dev/udp-ports: ''",
                "weft.dev/workload-api: 'true'",
                "weft.dev/workload-apis: enabled",
                "weft.dev/log-level: loud",
                "weft.dev/detect-http: '20'",
                "weft.dev/detect-http: 11s",
                "weft.dev/detect-http: 10001ms",
                "weft.dev/detect-declared: 9ms",
                "weft.dev/detect-declared: 11s",
                "weft.dev/first-head: 99ms",
                "weft.dev/first-head: 601s",
                "weft.dev/connect-timeout: '5'",
                "weft.dev/connect-timeout: 2m",
                "weft.dev/http-idle: 11m",
                "weft.dev/http-connect: allow",
                "weft.dev/http-head: '257'",
                "weft.dev/http-fields: '19'",
                "weft.dev/denial-reasons: some",
                "weft.dev/peer-silence: 999ms",
                "weft.dev/max-sessions: '0'",
                "weft.dev/max-held: '97'",
                "weft.dev/proxy-cpu-request: fast",
                "weft.dev/proxy-cpu-limit: '-1'",
                "weft.dev/proxy-memory-request: 96MB",
                "weft.dev/proxy-memory-limit: lots"
            })
    void refusesAnnotationsThatMeanNothing(String annotation) {
        assertThatThrownBy(() -> inject(pod(", annotations: {" + annotation + "}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessageStartingWith("pod shop/web: ")
                .hasMessageContaining(annotation.substring(0, annotation.indexOf(':')))
                .hasMessageContaining("(expected: ");
    }

    @Test
    void refusesALabelThatMeansNothing() {
        assertThatThrownBy(() -> inject(pod(", labels: {weft.dev/inject: on}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("pod shop/web: label weft.dev/inject: on (expected: enabled, or disabled)");
    }

    @Test
    void refusesALabelThatIsUnknown() {
        assertThatThrownBy(() -> inject(pod(", labels: {weft.dev/injection: enabled, app: web}", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("pod shop/web: unknown label weft.dev/injection (expected: weft.dev/inject; the other names"
                        + " are annotations)");
    }

    @Test
    void refusesWhatIsNoYaml() {
        assertThatThrownBy(() -> inject("kind: Pod\nspec: [\n"))
                .isInstanceOf(InvalidManifestException.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void passesCommentsAndStrangersThrough() throws Exception {
        String text =
                "# one\n---\n# two\na: [1, 2]\n---\n- 5\n---\nkind: Pod\n---\nkind: Deployment\nspec: {template: 7}\n";
        Result result = inject(text);
        assertThat(result.changed()).isZero();
        assertThat(result.text()).isEqualTo(text);
    }
}
