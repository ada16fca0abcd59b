package dev.weft.proxy.names;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers a question: names of the mesh from the mesh, others by asking the upstream servers. Without upstream servers,
 * other names do not exist, which every resolver accepts as an answer; after REFUSED, many resolvers would go on asking
 * until their time is over. Belongs to one event loop.
 */
record Resolver(NameBook book, Upstreams upstreams) {
    private static final MeshName LOOPBACK =
            new MeshName.Addresses(List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")));
    /** The zone of names that are in no zone of the mesh. */
    private static final String ROOT = "";

    /** How a question ended. */
    enum Result {
        ANSWERED("answered"),
        NO_DATA("no-data"),
        NO_NAME("no-name"),
        FORWARDED("forwarded"),
        FAILED("failed"),
        REFUSED("refused"),
        MALFORMED("malformed"),
        LIMITED("limited");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** An answer, and its result for metrics. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(byte[] message, Result result) {}

    /** Calls back once, within 5 s. */
    void resolve(Query query, boolean tcp, Consumer<Answer> callback) {
        if (query.qclass() != Dns.IN || query.type() == Dns.AXFR || query.type() == Dns.IXFR) {
            callback.accept(new Answer(Reply.failure(query, Dns.REFUSED), Result.REFUSED));
            return;
        }
        switch (book.naming().of(query.labels())) {
            case NameScope.Kind.Loopback _ -> callback.accept(known(query, LOOPBACK, ROOT));
            case NameScope.Kind.Above(String zone) ->
                callback.accept(known(query, new MeshName.Addresses(List.of()), zone));
            case NameScope.Kind.Nothing(String zone) -> callback.accept(noSuchName(query, zone));
            case NameScope.Kind.Elsewhere _ -> elsewhere(query, tcp, callback);
            case NameScope.Kind.OfMesh ofMesh -> ofMesh(query, tcp, ofMesh, callback);
        }
    }

    private void ofMesh(Query query, boolean tcp, NameScope.Kind.OfMesh asked, Consumer<Answer> callback) {
        if (!asked.owned() && !book.told()) {
            elsewhere(query, tcp, callback);
            return;
        }
        book.lookup(asked.key(), found -> {
            if (found.isEmpty()) {
                callback.accept(failed(query));
            } else if (!(found.get() instanceof MeshName.Nothing)) {
                callback.accept(known(query, found.get(), asked.zone()));
            } else if (asked.owned()) {
                callback.accept(noSuchName(query, asked.zone()));
            } else {
                elsewhere(query, tcp, callback);
            }
        });
    }

    private static Answer known(Query query, MeshName name, String zone) {
        List<Reply.Data> data = name.data(query.type());
        return new Answer(Reply.of(query, Dns.OK, data, zone), data.isEmpty() ? Result.NO_DATA : Result.ANSWERED);
    }

    private static Answer noSuchName(Query query, String zone) {
        return new Answer(Reply.of(query, Dns.NO_SUCH_NAME, List.of(), zone), Result.NO_NAME);
    }

    private static Answer failed(Query query) {
        return new Answer(Reply.failure(query, Dns.SERVER_FAILURE), Result.FAILED);
    }

    private void elsewhere(Query query, boolean tcp, Consumer<Answer> callback) {
        if (!upstreams.present()) {
            callback.accept(noSuchName(query, ROOT));
        } else if (!upstreams.free()) {
            callback.accept(new Answer(Reply.failure(query, Dns.SERVER_FAILURE), Result.LIMITED));
        } else {
            upstreams.ask(
                    query,
                    tcp,
                    response ->
                            callback.accept(response == null ? failed(query) : new Answer(response, Result.FORWARDED)));
        }
    }
}
