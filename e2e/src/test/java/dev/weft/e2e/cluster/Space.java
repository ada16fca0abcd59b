package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Ran;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A namespace of a test, gone at its end.
 *
 * @param name what it is called
 */
record Space(String name) implements AutoCloseable {

    /** How the namespaces of all tests begin. */
    static final String PREFIX = "weft-e2e-";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicInteger COUNT = new AtomicInteger();
    /** For what the cluster does by itself: images are there, so it is the scheduler, the kubelet and the mesh. */
    private static final String PATIENCE = "--timeout=120s";

    private static final Duration IN_FORCE = Duration.ofSeconds(30);

    /** One whose pods are in the mesh, with annotations as {@code weft.dev/inbound: strict}. */
    static Space meshed(String... annotations) throws Exception {
        return make("enabled", annotations);
    }

    /** One whose pods are not in the mesh. */
    static Space plain() throws Exception {
        return make("disabled");
    }

    private static Space make(String inject, String... annotations) throws Exception {
        Space space = new Space(PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        Cluster.apply("""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: %s
              labels: {weft.dev/inject: %s}
              annotations: {%s}
            """.formatted(space.name, inject, String.join(", ", annotations)));
        // The namespace's own account comes a moment later, and no pod is made without.
        Eventually.within(
                IN_FORCE,
                () -> space.kubectl("get", "serviceaccount", "default").ok());
        return space;
    }

    /** A web server that says its name, with an account and a Service of its name; port 80 leads to 8080. */
    void server(String app) throws Exception {
        apply(account(app), pod(app, app, """
            mkdir -p /tmp/www && echo %1$s >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www\
            """.formatted(app)), """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %1$s}
                    spec: {selector: {app: %1$s}, ports: [{name: http, port: 80, targetPort: 8080}]}
                    """.formatted(app));
        awaitReady(app);
        Eventually.within(IN_FORCE, () -> exec(app, "nslookup", host(app)).ok());
    }

    /** A pod that does nothing until it is told to by {@link #exec}. */
    void idle(String app) throws Exception {
        apply(account(app), pod(app, app, "while :; do sleep 1; done"));
        awaitReady(app);
    }

    static String account(String name) {
        return "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}\n".formatted(name);
    }

    /** A pod that runs a line of the shell. */
    static String pod(String name, String account, String script) {
        return """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s, labels: {app: %1$s}}
            spec:
            """.formatted(name) + spec(account, script).indent(2);
    }

    /** What pods and the templates of Jobs have in common. */
    static String spec(String account, String script) {
        return """
            serviceAccountName: %s
            terminationGracePeriodSeconds: 1
            containers:
            - {name: app, image: "%s", imagePullPolicy: IfNotPresent, command: [sh, -c, '%s']}
            """.formatted(account, Cluster.TEST_IMAGE, script);
    }

    void apply(String... yaml) throws Exception {
        tryApply(yaml).ok();
    }

    /** Applies objects that may be refused. */
    Ran tryApply(String... yaml) throws Exception {
        return Cluster.with(String.join("---\n", yaml), "apply", "-n", name, "-f");
    }

    Ran kubectl(String... arguments) throws Exception {
        return Cluster.kubectl(
                Stream.concat(Stream.of("-n", name), Stream.of(arguments)).toArray(String[]::new));
    }

    void awaitReady(String pod) throws Exception {
        await("pod/" + pod, "condition=Ready");
    }

    /** Waits as {@code kubectl wait} does; fails with what is known of the object. */
    void await(String object, String condition) throws Exception {
        Ran waited = kubectl("wait", object, "--for=" + condition, PATIENCE);
        if (waited.exit() != 0) {
            throw new AssertionError(waited.describe() + "\n"
                    + kubectl("describe", object).out() + "\n"
                    + kubectl("get", "events").out());
        }
    }

    /** Runs a program in the application's container. */
    Ran exec(String pod, String... program) throws Exception {
        return kubectl(Stream.concat(Stream.of("exec", pod, "-c", "app", "--"), Stream.of(program))
                .toArray(String[]::new));
    }

    /** The whole name of a Service: not every cluster's pods have domains to search. */
    String host(String app) {
        return app + "." + name + ".svc.cluster.local";
    }

    /** Asks a web server of this namespace. */
    Ran call(String pod, String app) throws Exception {
        return callHost(pod, host(app));
    }

    /** Asks a web server by any name, or address and port. */
    Ran callHost(String pod, String host) throws Exception {
        return exec(pod, "wget", "-q", "-T", "5", "-O", "-", "http://" + host + "/");
    }

    /** Returns when calls come through; what takes until then is the mesh's own news. */
    void awaitCall(String pod, String app) throws Exception {
        Eventually.within(IN_FORCE, () -> call(pod, app).ok());
    }

    /** Returns when calls are refused. */
    void awaitNoCall(String pod, String app) throws Exception {
        Eventually.within(IN_FORCE, () -> call(pod, app).failed());
    }

    String logs(String pod, String container) throws Exception {
        return kubectl("logs", pod, "-c", container).ok().out();
    }

    /** The lines of a sidecar's access log, the oldest first. */
    List<JsonNode> accessLog(String pod) throws Exception {
        return logs(pod, "weft-proxy")
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JSON::readTree)
                .filter(line -> line.path("logger").asString("").equals("access"))
                .toList();
    }

    /** Returns when a sidecar has logged a session that came in, by mutual TLS, from the pod of this account here. */
    void awaitPeer(String pod, String account) throws Exception {
        Eventually.within(
                IN_FORCE,
                () -> assertThat(accessLog(pod)).as("access log of %s", pod).anySatisfy(line -> {
                    assertThat(line.path("direction").asString("")).isEqualTo("inbound");
                    assertThat(line.path("secure").asBoolean(false)).isTrue();
                    assertThat(line.path("peerIdentity").asString("")).isEqualTo(identity(account));
                }));
    }

    String identity(String account) {
        return "spiffe://cluster.local/ns/" + name + "/sa/" + account;
    }

    @Override
    public void close() throws IOException {
        try {
            Cluster.kubectl("delete", "namespace", name, "--wait=false").ok();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while deleting " + name, e);
        }
    }
}
