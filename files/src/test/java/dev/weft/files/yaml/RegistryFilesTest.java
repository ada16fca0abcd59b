package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.DefaultDecision;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryFilesTest {

    private static final Path FILE = Path.of("shop.yaml");
    private static final String SHOP = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec:
              serviceAccount: api
              command: [nginx, -g, "daemon off;"]
              env: {MODE: "fast"}
              ports: [{name: http, port: 8080}]
              probes: {readiness: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 2}}
              skipOutboundPorts: [9000]
              restart: OnFailure
              meshed: true
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}], ipFamilies: [IPv6], trafficDistribution: PreferSameZone}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-may-call, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from:
              - identity: spiffe://cluster.local/ns/shop/sa/web
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, annotations: {weft.dev/default-policy: deny, weft.dev/inbound: permissive}}
            """;

    @Test
    void readsEveryKind() {
        Parsed parsed = RegistryFiles.parse(FILE, SHOP);

        assertThat(parsed.errors()).isEmpty();
        Snapshot shop = parsed.objects();
        Workload api = Objects.requireNonNull(shop.workloads().get(new ObjectName("shop", "api")));
        assertThat(api.identity(TrustDomain.parse("cluster.local")))
                .hasToString("spiffe://cluster.local/ns/shop/sa/api");
        ProgramSpec program = Objects.requireNonNull(parsed.programs().get(api.name()));
        assertThat(program.command()).containsExactly("nginx", "-g", "daemon off;");
        assertThat(program.restart()).isEqualTo(ProgramSpec.Restart.ON_FAILURE);
        assertThat(Objects.requireNonNull(api.readiness()).action()).isEqualTo(new Probe.HttpGet("/healthz", 8080));
        Service service = Objects.requireNonNull(shop.services().get(new ObjectName("shop", "api")));
        assertThat(service.families()).containsExactly(IpFamily.IPV6);
        assertThat(service.prefersZone()).isTrue();
        assertThat(service.ports().getFirst().targetPort().on(api)).hasValue(8080);
        assertThat(shop.selectedBy(service)).containsExactly(api);
        SelectingPolicy policy = Objects.requireNonNull(shop.policies().get(new ObjectName("shop", "web-may-call")));
        assertThat(policy.policy().action()).isEqualTo(Action.ALLOW);
        assertThat(policy.policy().ports()).isEqualTo(Set.of(8080));
        assertThat(shop.policySetFor(api).policies()).hasSize(1);
        assertThat(shop.inboundMode(api)).isEqualTo(InboundMode.PERMISSIVE);
        assertThat(shop.defaultDecision(api)).as("explicit").isEqualTo(DefaultDecision.DENY);
    }

    @Test
    void theDefaultFollowsTheModeUnlessTheNamespaceSaysOtherwise() {
        Snapshot strict = RegistryFiles.parse(FILE, workload("")).objects();
        Snapshot permissive =
                RegistryFiles.parse(FILE, workload("inbound: permissive")).objects();

        assertThat(strict.defaultDecision(only(strict))).isEqualTo(DefaultDecision.AUTHENTICATED);
        assertThat(permissive.defaultDecision(only(permissive))).isEqualTo(DefaultDecision.ANYONE);
    }

    /** One wrong field each: what is put into the spec of a workload, and what the error must say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serviceAcount: x | did you mean serviceAccount?",
                "serviceAccount: Web | lower-case",
                "serviceAccount: [a] | a text was expected",
                "command: nginx | a list was expected",
                "ports: [{port: 0}] | 1-65535",
                "ports: [{port: 70000}] | 1-65535",
                "ports: [{port: x}] | a number was expected",
                "ports: [{name: http}] | missing",
                "ports: [{port: 1, protocol: SCTP}] | TCP, or UDP",
                "ports: [{port: 1, protocol: UDP}, {port: 1, protocol: UDP}] | port 1 is there twice",
                "ports: [{port: 1}, {port: 1}] | twice",
                "ports: [{port: 1, name: 9}] | with a letter",
                "ports: [{port: 1, prot: 2}] | unknown field prot",
                "meshed: maybe | true or false",
                "inbound: loose | known:",
                "restart: always | did you mean Always?",
                "env: {1A: x} | letters",
                "env: [A] | mapping",
                "workingDirectory: tmp | absolute",
                "user: 'a b' | user",
                "addresses: [localhost] | IPv4",
                "addresses: [1.2.3.400] | IPv4",
                "skipInboundPorts: [0] | 1-65535",
                "probes: {readiness: {}} | one of httpGet",
                "probes: {readiness: {httpGet: {path: x, port: 1}}} | starts with",
                "probes: {readiness: {tcpSocket: {}}} | missing",
                "probes: {readiness: {exec: {command: []}}} | command is missing",
                "probes: {readiness: {tcpSocket: {port: 1}, periodSeconds: 0}} | 1-86400",
                "probes: {redyness: {}} | did you mean readiness?",
                "meshed: true, meshed: true | twice",
                "meshed: false, inbound: strict | without a sidecar",
                "reachablePorts: some | declared",
                "meshed: false, reachablePorts: all | reachablePorts is set on a workload without a sidecar",
                "ports: [{port: 15008}] | port 15008 is the sidecar's own",
                "command: [a], addresses: [192.0.2.1] | command and addresses",
            })
    void refusesAWrongWorkload(String field, String expected) {
        Parsed parsed = RegistryFiles.parse(FILE, """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api, namespace: shop}
                spec: {%s}
                """.formatted(field));

        assertThat(parsed.errors()).isNotEmpty();
        assertThat(parsed.errors().toString())
                .contains("shop.yaml:4")
                .contains("Workload shop/api")
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "action: Allow, from: [{}] | at least one of identity",
                "action: Dney, from: [] | did you mean Deny?",
                "from: [] | no usable action",
                "action: Allow, from: [{identity: web}] | a SPIFFE ID",
                "action: Allow, from: [{identity: 'spiffe://cluster.local'}] | with a path",
                "action: Allow, from: [{identityPrefix: 'spiffe://cluster.local/ns/shop'}] | ends with",
                "action: Allow, from: [{cidr: 10.0.0.1/8}] | 10.0.0.0/8",
                "action: Allow, from: [{authenticated: false}] | left out",
                "action: Allow, from: [{serviceAccount: a/b/c}] | namespace/name",
                "action: Allow, from: [{namespace: A}] | lower-case",
                "action: Allow, from: [{trustDomain: 'a/b'}] | a trust domain",
                "action: Allow, from: [{identty: x}] | did you mean identity?",
                "action: Allow, ports: [0] | 1-65535",
                "action: Allow, workloads: {matchLabel: {}} | did you mean matchLabels?",
                "'action: Allow, workloads: {matchExpressions: [{key: a, operator: In}]}' | values are missing",
                "'action: Allow, workloads: {matchExpressions: [{key: a, operator: Is}]}' | operator",
            })
    void refusesAWrongPolicy(String field, String expected) {
        Parsed parsed = RegistryFiles.parse(FILE, """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: shop}
                spec: {%s}
                """.formatted(field));

        assertThat(parsed.errors()).isNotEmpty();
        assertThat(parsed.errors().toString())
                .contains("AuthorizationPolicy shop/p")
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ports: [{port: 80}] | selector is missing",
                "selector: {app: a} | no usable port",
                "selector: {app: a}, ports: [{port: 80, targetPort: 0}] | 1-65535",
                "selector: {app: a}, ports: [{port: 80}], type: NodePort | ClusterIP",
                "selector: {app: a}, ports: [{port: 80}], clusterIP: x | IPv4",
                "selector: {app: a}, ports: [{port: 80}], ipFamilies: [IPv5] | IPv6",
                "selector: {app: a}, ports: [{port: 80}], trafficDistribution: Near | PreferClose, PreferSameZone, PreferSameNode",
                "selector: {app: a}, ports: [{port: 80}], sessionAffinity: x | unknown field",
            })
    void refusesAWrongService(String field, String expected) {
        Parsed parsed = RegistryFiles.parse(FILE, """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: shop}
                spec: {%s}
                """.formatted(field));

        assertThat(parsed.errors().toString()).contains("Service shop/api").contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{apiVersion: v1, kind: Workload, metadata: {name: a}, spec: {}} | expected for Workload",
                "{apiVersion: v1, kind: Servce, metadata: {name: a}} | did you mean Service?",
                "{kind: Service, metadata: {name: a}} | apiVersion",
                "{apiVersion: v1, kind: Service} | metadata is missing",
                "{apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: A}, spec: {}} | lower-case",
                "{apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: a}} | spec is missing",
                "{apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: a}, spec: {}, status: {}} | unknown field status",
                "{apiVersion: v1, kind: Namespace, metadata: {name: a, annotations: {weft.dev/default-policy: alow}}} | known:",
                "{apiVersion: v1, kind: Namespace, metadata: {name: a, annotations: {weft.dev/default-polic: deny}}} | unknown annotation weft.dev/default-polic; did you mean weft.dev/default-policy?",
                "{apiVersion: v1, kind: Namespace, metadata: {name: a, annotations: {weft.dev/default-policy: deny, weft.dev/default-decision: anyone}}} | mean the same",
                "{apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: a, annotations: {weft.dev/inbound: strict}}, spec: {command: [a]}} | unknown annotation weft.dev/inbound",
                "[a, b] | a mapping was expected",
                "'a: [' | not YAML",
                "&x {apiVersion: v1, kind: Service, metadata: *x} | not",
            })
    void refusesAWrongDocument(String text, String expected) {
        assertThat(RegistryFiles.parse(FILE, text).errors().toString()).contains(expected);
    }

    @Test
    void takesBothNamesOfANamespacesDefault() {
        String text =
                "{apiVersion: v1, kind: Namespace, metadata: {name: a, annotations: {weft.dev/default-policy: deny}}}";
        for (String each : List.of(text, text.replace("default-policy", "default-decision"))) {
            Parsed parsed = RegistryFiles.parse(FILE, each);
            assertThat(parsed.errors()).isEmpty();
            assertThat(parsed.objects().namespaces().get("a"))
                    .extracting(Namespace::defaultDecision)
                    .isEqualTo(DefaultDecision.DENY);
        }
    }

    @Test
    void refusesAnObjectThatIsThereTwiceAndSaysWhere() {
        Parsed parsed = RegistryFiles.parse(FILE, workload("") + "---\n" + workload(""));

        assertThat(parsed.errors().toString()).contains("twice").contains("line 1");
    }

    @Test
    void refusesAWorkloadThatWouldBeTheControlPlane() {
        String text = """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: helper, namespace: weft-system}
                spec: {serviceAccount: weft-control, command: [sleep, "1"]}
                """;
        assertThat(RegistryFiles.parse(FILE, text).errors())
                .singleElement()
                .asString()
                .contains("the control plane's own identity");
        assertThat(RegistryFiles.parse(FILE, text.replace("weft-control", "helper"))
                        .errors())
                .isEmpty();
        assertThat(RegistryFiles.parse(FILE, text.replace("weft-system", "shop"))
                        .errors())
                .isEmpty();
    }

    @Test
    void refusesANamedPortThatNoSelectedWorkloadHas() {
        Parsed parsed = RegistryFiles.parse(FILE, SHOP.replace("targetPort: http", "targetPort: grpc"));

        assertThat(parsed.errors().toString()).contains("grpc");
    }

    @Test
    void whateverIsReadGivesObjectsOrErrors() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "{}[]:,-&*!|>#\"'\n\t aA0é\u0001";
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(SHOP);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                if (random.nextBoolean()) {
                    text.setCharAt(at, c);
                } else {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
                    text.insert(Math.min(at, text.length()), c);
                }
            }
            assertThat(RegistryFiles.parse(FILE, text.toString()).errors())
                    .as("seed %s: %s", seed, text)
                    .isNotNull();
        }
    }

    @Test
    void deepNestingIsAnErrorNotAnOverflow() {
        assertThat(RegistryFiles.parse(FILE, "a: " + "[".repeat(200_000)).valid())
                .isFalse();
    }

    private static String workload(String field) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api, namespace: shop}
                spec: {%s}
                """.formatted(field);
    }

    private static Workload only(Snapshot snapshot) {
        return snapshot.workloads().values().iterator().next();
    }
}
