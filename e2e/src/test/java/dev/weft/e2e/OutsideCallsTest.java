package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Outside;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What curl in a workload reaches outside of the mesh goes by an EgressPolicy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutsideCallsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Path directory;
    private Mesh mesh;
    private Outside machine;
    private Running server;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-outside-");
        mesh = Mesh.up(Yaml.file(Yaml.idle("web")));
        machine = Outside.link(mesh, "calls0", "200.9");
        server = machine.start(Programs.find("nginx"), "-c", configuration().toString(), "-g", "daemon off;");
        mesh.write(Yaml.file(Yaml.idle("web"), policy()));
        Eventually.within(LIMIT, () -> curl("http://allowed.example/").ok());
        Eventually.within(LIMIT, () -> curl("http://other.example/").failed());
    }

    @AfterAll
    void down() throws Exception {
        server.close();
        machine.close();
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    private String policy() {
        return """
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: out, namespace: shop}
            spec:
              workloads: {matchLabels: {app: web}}
              action: Allow
              to:
              - {host: allowed.example, ports: [80, 443]}
              - {cidr: %s/32, ports: [8081]}
            """.formatted(machine.address());
    }

    private Path configuration() throws Exception {
        String certificate = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                + " -subj /CN=outside -keyout key.pem -out cert.pem";
        Shell.run("sh", "-c", "cd " + directory + " && " + certificate).ok();
        return Files.writeString(directory.resolve("nginx.conf"), """
            user root;
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen 80; listen 8081; listen 8082;
                listen 443 ssl;
                ssl_certificate %1$s/cert.pem;
                ssl_certificate_key %1$s/key.pem;
                location / { return 200 "you asked $host\n"; }
              }
            }
            """.formatted(directory));
    }

    private Ran curl(String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("curl", "-sSkf", "-m", "20"));
        for (String host : List.of("allowed.example", "other.example")) {
            for (String port : List.of("80", "443")) {
                line.add("--resolve");
                line.add(host + ":" + port + ":" + machine.address());
            }
        }
        line.addAll(List.of(words));
        return mesh.exec("shop/web", line.toArray(String[]::new));
    }

    @Test
    void aHostIsReachedByTlsAndHttpAndAnotherIsNot() throws Exception {
        assertThat(curl("https://allowed.example/").ok().out()).isEqualTo("you asked allowed.example\n");
        curl("https://other.example/").failed();
        curl("https://" + machine.address() + "/").failed();
        assertThat(curl("http://allowed.example/").ok().out()).isEqualTo("you asked allowed.example\n");
        curl("http://" + machine.address() + "/").failed();
        assertThat(curl("--no-fail", "-w", "%{http_code}", "http://other.example/")
                        .ok()
                        .out())
                .startsWith("WEFT-H060: ")
                .endsWith("403");
        Eventually.within(
                LIMIT,
                () -> assertThat(mesh.json("edges", "--refused").toString()).contains("WEFT-H06"));
    }

    @Test
    void aSecondHostOnAKeptConnectionIsNotReached() throws Exception {
        Ran ran = curl(
                        "http://allowed.example/one",
                        "http://allowed.example/two",
                        "--next",
                        "-kf",
                        "-H",
                        "Host: other.example",
                        "http://allowed.example/three")
                .failed();
        assertThat(ran.out()).isEqualTo("you asked allowed.example\nyou asked allowed.example\n");
    }

    @Test
    void anAddressIsReachedOnItsPortOnly() throws Exception {
        assertThat(curl("http://" + machine.address() + ":8081/").ok().out())
                .isEqualTo("you asked " + machine.address() + "\n");
        curl("http://" + machine.address() + ":8082/").failed();
    }
}
