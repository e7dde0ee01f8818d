// Package checks reports named checks, each as one line of JSON.
package checks

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Check is a sentence and what it takes for it to be true.
type Check struct {
	Sentence string
	Body     func() error
}

type line struct {
	Sentence string  `json:"sentence"`
	Seconds  float64 `json:"seconds"`
	Failure  string  `json:"failure,omitempty"`
}

// Run runs all checks, whatever became of the one before.
func Run(checks []Check) {
	out := json.NewEncoder(os.Stdout)
	for _, check := range checks {
		started := time.Now()
		report := line{Sentence: check.Sentence}
		if err := check.Body(); err != nil {
			report.Failure = err.Error()
		}
		report.Seconds = time.Since(started).Seconds()
		out.Encode(report)
	}
	out.Encode(map[string]int{"done": len(checks)})
}

// Equal demands that both are equal.
func Equal[T comparable](what string, expected, actual T) error {
	if expected != actual {
		return fmt.Errorf("%s: expected %v, got %v", what, expected, actual)
	}
	return nil
}

// Code waits for a message to this address and returns the code in it.
func Code(to string) (string, error) {
	for range 400 {
		answer, err := http.Get(os.Getenv("E2E_URL") + "/_cabana/messages")
		if err != nil {
			return "", err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			return "", err
		}
		var inbox struct{ Messages []struct{ To, Code string } }
		if err := json.Unmarshal(body, &inbox); err != nil {
			return "", err
		}
		for _, message := range inbox.Messages {
			if message.To == to {
				return message.Code, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "", fmt.Errorf("no message to %s", to)
}
