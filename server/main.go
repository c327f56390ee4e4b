// Command server serves the lungct page and the models it may load.
//
// Page, program and shipped models are embedded in the binary: it reads no file
// unless -models names a folder of further weights. It answers GET and HEAD
// (RFC 9110), writes no access log, and receives nothing but those requests:
// the scans stay in the browser.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"lungct/web"
	"lungct/weights"
)

const (
	defaultAddress = "127.0.0.1:8080"

	// A model of 100 MB takes this long at 1.5 Mbit/s.
	writeTimeout = 10 * time.Minute
	// How long requests in flight may take after the signal to stop.
	shutdownTimeout = 5 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if _, usage := errors.AsType[usageError](err); usage {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// usageError is a command line that cannot be obeyed; the flag package has told
// the user already.
type usageError struct{ error }

// run serves until ctx ends. The address goes to stdout once the server
// accepts connections; warnings go to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("addr", defaultAddress, "`address` to listen on; port 0 chooses a free one")
	folder := flags.String("models", "", "`folder` with further models (*.safetensors), offered beside those that ship")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return usageError{err}
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "server: unexpected argument %q\n", flags.Arg(0))
		flags.Usage()
		return usageError{errors.New("unexpected argument")}
	}

	models, err := embeddedModels(weights.Files)
	if err != nil {
		return err
	}
	if *folder != "" {
		root, err := os.OpenRoot(*folder)
		if err != nil {
			return fmt.Errorf("server: -models: %w", err)
		}
		defer root.Close()
		skipped, err := models.addFolder(root.FS())
		for _, why := range skipped {
			fmt.Fprintln(stderr, "server: -models: skipped", why)
		}
		if err != nil {
			return fmt.Errorf("server: -models: %w", err)
		}
	}
	return serve(ctx, *address, web.Files, models, stdout, stderr)
}

// serve listens on the address and answers until ctx ends.
func serve(ctx context.Context, address string, page fs.FS, models *models, stdout, stderr io.Writer) error {
	site, err := newSite(page, models)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("server: %s is in use by another program\nstop that program, or choose another port with -addr, for example -addr 127.0.0.1:8081", address)
	}
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	if site.unbuilt {
		fmt.Fprintln(stderr, "server: the page's program is missing from this binary: run `make wasm`, then build the server again")
	}
	if len(models.files) == 0 {
		fmt.Fprintln(stderr, "server: no model: the page can show slices, but not read them")
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		// They check the model's SHA-256, which browsers allow in secure contexts only.
		fmt.Fprintln(stderr, "server: other computers can load a model only through an HTTPS proxy before this server")
	}
	fmt.Fprintf(stdout, "lungct: open http://%s/ in a browser\n", browsable(listener.Addr()))

	server := &http.Server{
		Handler:                      site,
		ReadHeaderTimeout:            5 * time.Second,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  time.Minute,
		MaxHeaderBytes:               16 << 10,
		DisableGeneralOptionsHandler: true,
		// Its lines carry the addresses of clients.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("server: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return server.Close() // a download that does not end is cut
	}
	return nil
}

// browsable is the address as a browser on this computer can open it: a server
// that listens on every interface is reached as localhost.
func browsable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return fmt.Sprintf("localhost:%d", tcp.Port)
}
