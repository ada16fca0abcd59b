package dev.weft.bench.measure;

import dev.weft.bench.proc.Memory;

/**
 * The memory of the two proxies of a pair in one state.
 *
 * @param client memory of the proxy next to the client
 * @param server memory of the proxy next to the server
 */
public record MemoryFigure(String pair, State state, Memory client, Memory server) {
    /** The state in which memory is measured. */
    public enum State {
        /** Freshly started, after one request. */
        IDLE("idle"),
        /** With {@link dev.weft.bench.settings.BenchSettings#IDLE_CONNECTIONS} idle connections. */
        CONNECTIONS("1,000 idle connections"),
        /** After all the warm load. */
        AFTER_LOAD("after load");

        private final String title;

        State(String title) {
            this.title = title;
        }

        /** The state's name in tables. */
        public String title() {
            return title;
        }
    }
}
