package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A real Prometheus that scrapes one target every second. */
public final class Prometheus implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern METRIC = Pattern.compile("\\b(?:weft|process)_[a-z0-9_]+\\b");
    private static final Duration LISTENS = Duration.ofSeconds(60);
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=([0-9.]+:[0-9]+)");
    private static final Pattern ADDRESS = Pattern.compile("http://([0-9.]+:[0-9]+)/metrics");
    private static final Pattern LABELS = Pattern.compile("\\{[^}]*}|by \\([^)]*\\)|without \\([^)]*\\)");

    private final Running program;
    private final String base;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Running program, String base) {
        this.program = program;
        this.base = base;
    }

    /** Starts it, with its data in the directory. */
    public static Prometheus start(Path directory, String target, Path rules) throws Exception {
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: [%s]
            scrape_configs:
            - job_name: weft
              scrape_interval: 5s
              scrape_timeout: 5s
              static_configs: [{targets: ["%s"]}]
            """.formatted(rules, target));
        Running program = Shell.start(
                List.of(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:0"),
                Map.of());
        return new Prometheus(program, "http://" + found(LISTENING, program));
    }

    /** A file of the checkout. */
    public static Path file(String name) {
        return Mesh.weft().resolveSibling(name);
    }

    /** Where {@code weft metrics --listen} says that it listens. */
    public static String address(Running scrape) throws Exception {
        return found(ADDRESS, scrape);
    }

    /** Waits until a program has printed what matches, and returns the pattern's group. */
    private static String found(Pattern pattern, Running program) throws Exception {
        List<String> found = new ArrayList<>();
        Eventually.within(LISTENS, () -> {
            Matcher matcher = pattern.matcher(program.printed());
            assertThat(matcher.find()).as(program.printed()).isTrue();
            found.add(matcher.group(1));
        });
        return found.getFirst();
    }

    private JsonNode get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("%s: %s", path, response.body())
                    .isEqualTo(200);
            JsonNode answer = JSON.readTree(response.body());
            assertThat(answer.path("status").asString()).isEqualTo("success");
            return answer.path("data");
        } catch (IOException e) {
            throw new AssertionError("Prometheus does not answer: " + program.printed(), e);
        }
    }

    /** What an expression comes to now, of each series. */
    public List<Double> values(String expression) throws Exception {
        JsonNode data = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        List<Double> values = new ArrayList<>();
        for (JsonNode series : data.path("result")) {
            values.add(Double.parseDouble(series.path("value").path(1).asString()));
        }
        return values;
    }

    /** The names of the metrics that it has seen. */
    public Set<String> metrics() throws Exception {
        Set<String> names = new TreeSet<>();
        JsonNode metadata = get("/api/v1/metadata");
        metadata.propertyNames().forEach(name -> {
            // It asks for OpenMetrics, where a counter's family has its name without _total.
            boolean counter =
                    metadata.path(name).path(0).path("type").asString().equals("counter");
            names.add(counter && !name.endsWith("_total") ? name + "_total" : name);
        });
        return names;
    }

    /** The names of the rules that were evaluated without an error. */
    public List<String> rulesThatWork() throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode group : get("/api/v1/rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("health").asString()).as(rule.toString()).isEqualTo("ok");
                names.add(rule.path("name").asString());
            }
        }
        return names;
    }

    /** All expressions of a file of rules and of a dashboard, as Prometheus is asked them. */
    public static List<String> expressions(Path rules, JsonNode dashboard) throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode group : new YAMLMapper().readTree(rules.toFile()).path("groups")) {
            group.path("rules")
                    .forEach(rule -> expressions.add(rule.path("expr").asString()));
        }
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets")
                    .forEach(target -> expressions.add(target.path("expr")
                            .asString()
                            .replace("$__rate_interval", "1m")
                            .replace("$mesh", ".*")
                            .replace("$workload", ".*")));
        }
        return expressions;
    }

    /** The metrics that an expression names; of a histogram's series, the histogram. */
    public static Set<String> metricsOf(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(LABELS.matcher(expression).replaceAll(""));
        while (matcher.find()) {
            names.add(matcher.group().replaceFirst("_bucket$", ""));
        }
        return names;
    }

    /** How many series of each name a text in the Prometheus format has. */
    public static Map<String, Long> series(String text) {
        Map<String, Long> series = new TreeMap<>();
        text.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> series.merge(line.split("[{ ]", 2)[0], 1L, Long::sum));
        return series;
    }

    @Override
    public void close() {
        program.close();
    }
}
